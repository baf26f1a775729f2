package deploy_test

import (
	"testing"

	"github.com/chalice-go/chalice/internal/deploy"
	"github.com/chalice-go/chalice/internal/deploy/record"
)

// TestCodeOnly: the code of all functions changes and nothing else does, status
// shows that, and the next deployment restores the template's code.
func TestCodeOnly(t *testing.T) {
	for name, functions := range map[string]string{"one function": work, "two": work + "," + report} {
		t.Run(name, func(t *testing.T) {
			s := newStage(t, functions)
			_, err := deploy.DeployCode(t.Context(), s.input(&person{}))
			as[*deploy.NotDeployed](t, err)
			s.deploy()
			r, err := record.Of(s.dir, "dev").Read()
			if err != nil {
				t.Fatal(err)
			}
			var names []string
			for _, f := range r.Functions {
				names = append(names, f.Name)
			}
			before := s.codes(names...)

			s.write("main.go", "package main\n\nfunc main() { println(1) }\n")
			o, err := deploy.DeployCode(t.Context(), s.input(&person{}))
			if err != nil || len(o.Functions) != len(names) || o.Unchanged {
				t.Fatalf("%+v, %v", o, err)
			}
			for f, code := range s.codes(names...) {
				if code == before[f] {
					t.Errorf("%s has the old code", f)
				}
			}
			s.wantStatus("CREATE_COMPLETE")
			if o, err := deploy.DeployCode(t.Context(), s.input(&person{})); err != nil || !o.Unchanged {
				t.Errorf("the same again: %+v, %v", o, err)
			}
			status, err := deploy.GetStatus(t.Context(), s.input(&person{}))
			if err != nil || len(status.Drift) != 1 || !status.Functions[0].OtherCode {
				t.Errorf("the status is %+v, %v", status, err)
			}

			s.write("main.go", "package main\n\nfunc main() {}\n")
			if o := s.deploy(); o.Action != deploy.Unchanged || len(o.Mended) != len(names) {
				t.Errorf("with the old source: %+v", o)
			}
			for f, code := range s.codes(names...) {
				if code != before[f] {
					t.Errorf("%s has other code than the template's", f)
				}
			}
		})
	}
}

// TestCodeOfAChangedFunction: after a deployment that changes the settings of
// one function, all functions have the template's code.
func TestCodeOfAChangedFunction(t *testing.T) {
	s := newStage(t, work+","+report)
	s.deploy()
	s.write("main.go", "package main\n\nfunc main() { println(1) }\n")
	if _, err := deploy.DeployCode(t.Context(), s.input(&person{})); err != nil {
		t.Fatal(err)
	}
	s.write("main.go", "package main\n\nfunc main() {}\n")
	s.configure(`{"lambda_functions": {"work": {"lambda_memory_size": 512}}}`)
	if o := s.deploy(); o.Action != deploy.Updated || len(o.Mended) == 0 {
		t.Errorf("%+v", o)
	}
	r, err := record.Of(s.dir, "dev").Read()
	if err != nil {
		t.Fatal(err)
	}
	codes := s.codes(r.Functions["work"].Name, r.Functions["report"].Name)
	if codes[r.Functions["work"].Name] != codes[r.Functions["report"].Name] {
		t.Errorf("they have different code: %v", codes)
	}
}
