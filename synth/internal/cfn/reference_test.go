package cfn_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/internal/ordered"
	"github.com/chalice-go/chalice/synth/internal/cfn"
)

// TestReferences finds references in every form, and changes them.
func TestReferences(t *testing.T) {
	for text, tc := range map[string]struct {
		found []cfn.Reference
		want  string // with everything about A moved to Other
	}{
		`{"x":"A"}`:                                     {nil, `{"x":"A"}`},
		`{"Ref":"A"}`:                                   {[]cfn.Reference{{Name: "A"}}, `{"Ref":"Other"}`},
		`{"Ref":["A"]}`:                                 {nil, `{"Ref":["A"]}`},
		`{"Fn::GetAtt":["A","Arn"]}`:                    {[]cfn.Reference{{Name: "A", Attribute: "Arn"}}, `{"Fn::GetAtt":["Other","Arn"]}`},
		`{"Fn::GetAtt":"A.B.C"}`:                        {[]cfn.Reference{{Name: "A", Attribute: "B.C"}}, `{"Fn::GetAtt":["Other","B.C"]}`},
		`{"Fn::Sub":"${A}/${A.Arn}/${!A}/${B}"}`:        {[]cfn.Reference{{Name: "A"}, {Name: "A", Attribute: "Arn"}, {Name: "B"}}, `{"Fn::Sub":"${Other}/${Other.Arn}/${!A}/${B}"}`},
		`{"Fn::Sub":["${A}${x}",{"x":{"Ref":"A"}}]}`:    {[]cfn.Reference{{Name: "A"}, {Name: "A"}}, `{"Fn::Sub":["${Other}${x}",{"x":{"Ref":"Other"}}]}`},
		`{"Fn::Sub":["${A}",{"A":"text"}]}`:             {nil, `{"Fn::Sub":["${A}",{"A":"text"}]}`},
		`{"Fn::Sub":["${A}${Other}",{"Other":"text"}]}`: {[]cfn.Reference{{Name: "A"}}, `{"Fn::Sub":["${OtherOutside}${Other}",{"Other":"text","OtherOutside":{"Ref":"Other"}}]}`},
		`{"list":[1,{"deep":{"Ref":"A"}}]}`:             {[]cfn.Reference{{Name: "A"}}, `{"list":[1,{"deep":{"Ref":"Other"}}]}`},
	} {
		o := &ordered.Object{}
		if err := o.UnmarshalJSON([]byte(text)); err != nil {
			t.Fatal(err)
		}
		var found []cfn.Reference
		cfn.EachReference(o, func(r cfn.Reference) { found = append(found, r) })
		sortReferences := cmp.Transformer("set", func(list []cfn.Reference) map[cfn.Reference]int {
			set := map[cfn.Reference]int{}
			for _, r := range list {
				set[r]++
			}
			return set
		})
		if diff := cmp.Diff(tc.found, found, sortReferences); diff != "" {
			t.Errorf("%s (-want +got)\n%s", text, diff)
		}
		got := cfn.MapReferences(o, func(r cfn.Reference) cfn.Reference {
			if r.Name == "A" {
				r.Name = "Other"
			}
			return r
		})
		if diff := cmp.Diff(tc.want, ordered.CompactJSON(got.(*ordered.Object))); diff != "" {
			t.Errorf("%s (-want +got)\n%s", text, diff)
		}
		if again := ordered.CompactJSON(o); again != text {
			t.Errorf("%s has become %s", text, again)
		}
		if text == tc.want && got != any(o) {
			t.Errorf("%s was copied", text)
		}
	}
}
