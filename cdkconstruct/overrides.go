package cdkconstruct

import (
	"encoding/json"
	"fmt"
	"maps"

	"github.com/aws/aws-cdk-go/awscdk/v2"
)

// overrides is the configuration that the properties give, in the form of a
// stage's block. Tokens have stand-ins in it.
func (p *ChaliceProps) overrides(t *tokens) (map[string]any, error) {
	block := map[string]any{}
	if p.StageConfig != nil {
		data, err := json.Marshal(p.StageConfig)
		if err != nil {
			return nil, fmt.Errorf("StageConfig: %w", err)
		}
		if err := json.Unmarshal(data, &block); err != nil {
			return nil, fmt.Errorf("StageConfig: %w", err)
		}
		if err := addRaw(block, p.StageConfig.Raw); err != nil {
			return nil, err
		}
	}
	if p.Architecture != nil {
		if _, twice := block[architectureKey]; twice {
			return nil, fmt.Errorf("both Architecture and StageConfig.Raw give %s: leave one of them out", architectureKey)
		}
		block[architectureKey] = *p.Architecture.Name()
	}
	for key, value := range block {
		replaced, err := t.replace(value)
		if err != nil {
			return nil, fmt.Errorf("%s %w", propertyNames(key), err)
		}
		block[key] = replaced
	}
	return block, nil
}

const architectureKey = "lambda_architecture"

// addRaw adds what JSON alone can say.
func addRaw(block map[string]any, raw *map[string]any) error {
	if raw == nil {
		return nil
	}
	for key := range *raw {
		if _, twice := block[key]; twice {
			return fmt.Errorf("both StageConfig and its Raw give %s: leave one of them out", key)
		}
	}
	data, err := json.Marshal(*raw)
	if err != nil {
		return fmt.Errorf("StageConfig.Raw: %w", err)
	}
	plain := map[string]any{}
	if err := json.Unmarshal(data, &plain); err != nil {
		return fmt.Errorf("StageConfig.Raw: %w", err)
	}
	maps.Copy(block, plain)
	return nil
}

// isNumberToken tells numbers that stand for a value that isn't known yet.
func isNumberToken(n float64) bool {
	// No number of a configuration's is near those that the CDK uses; asking
	// it about each would take a call to another process.
	return n < -1e280 && *awscdk.Token_IsUnresolved(n)
}
