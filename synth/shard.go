package synth

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"strconv"
)

// DefaultNestedStacks is how many nested stacks an app's functions are spread
// over if one template is too small for them and the configuration doesn't say.
// It must not change: functions would move between the stacks of deployed apps.
const DefaultNestedStacks = 20

// shard gives the number, from 1 to n, of the stack that a function belongs
// to. It depends on nothing but the function's logical id and n, so that no
// function moves for another's sake. If n grows, the only functions that move
// are those that go to the new stacks: each goes where its score is highest
// (rendezvous hashing), and the scores of the old stacks stay as they were.
//
// It must not change, for the same reason.
func shard(function string, n int) int {
	var s seat
	for number := 1; number <= n; number++ {
		s.offer(function, number)
	}
	return s.number
}

// seat is the stack in which a function scores highest, of those offered.
type seat struct {
	number int
	score  uint64
}

// offer takes a stack that suits the function better.
func (s *seat) offer(function string, number int) {
	sum := sha256.Sum256([]byte(function + " " + strconv.Itoa(number)))
	if score := binary.BigEndian.Uint64(sum[:]); s.number == 0 || score > s.score {
		*s = seat{number, score}
	}
}

// stackName names a nested stack: its logical id, and a part of the names of
// files.
type stackName struct{ id, file string }

// nameStack names the stack of a number and a level. Functions of a level can
// refer to those of lower ones.
func nameStack(number, level int) stackName {
	if level == 0 {
		return stackName{fmt.Sprintf("FunctionsStack%02d", number), fmt.Sprintf("functions-%02d", number)}
	}
	return stackName{
		fmt.Sprintf("FunctionsStack%02dLevel%d", number, level),
		fmt.Sprintf("functions-%02d-level-%d", number, level),
	}
}
