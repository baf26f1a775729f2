package shellenv

import "testing"

func TestStands(t *testing.T) {
	for _, tc := range []struct {
		system, given, name string
		want                bool
	}{
		{"linux", "TOKEN", "TOKEN", true},
		{"linux", "token", "TOKEN", false},
		{"linux", "TOKEN", "TOKENS", false},
		{"linux", "SHOP_*", "SHOP_TOKEN", true},
		{"linux", "AWS_*", "AWS_LAMBDA_RUNTIME_API", false},
		{"windows", "token", "TOKEN", true},
		{"windows", "SHOP_*", "Shop_Token", true},
		{"windows", "token", "TOKENS", false},
		{"windows", "aws_*", "aws_lambda_runtime_api", false},
	} {
		if got := stands(tc.system, tc.given, tc.name); got != tc.want {
			t.Errorf("on %s %s stands for %s: got %v, want %v", tc.system, tc.given, tc.name, got, tc.want)
		}
	}
}
