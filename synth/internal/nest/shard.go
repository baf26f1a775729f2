package nest

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"strconv"
)

// shard returns the number, from 1 to n, of the stack that a function belongs
// to. It depends on nothing but the function's logical id and n, so that no
// function moves for another's sake. If n grows, the only functions that move
// are those that go to the new stacks: each goes where its score is highest
// (rendezvous hashing), and the scores of the old stacks stay as they were.
//
// It must not change: functions would move between the stacks of deployed apps.
func shard(function string, n int) int {
	var s Seat
	for number := 1; number <= n; number++ {
		s.Offer(function, number)
	}
	return s.Number
}

// Seat is the stack in which a function scores highest, of those offered.
type Seat struct {
	Number int // from 1; 0: none was offered
	score  uint64
}

// Offer takes a stack that suits the function better.
func (s *Seat) Offer(function string, number int) {
	sum := sha256.Sum256([]byte(function + " " + strconv.Itoa(number)))
	if score := binary.BigEndian.Uint64(sum[:]); s.Number == 0 || score > s.score {
		*s = Seat{number, score}
	}
}

// Name names a nested stack: its logical id, and a part of the names of
// files.
type Name struct{ ID, File string }

// NameOf names the stack of a number and a level. Functions of a level can
// refer to those of lower ones.
func NameOf(number, level int) Name {
	if level == 0 {
		return Name{fmt.Sprintf("FunctionsStack%02d", number), fmt.Sprintf("functions-%02d", number)}
	}
	return Name{
		fmt.Sprintf("FunctionsStack%02dLevel%d", number, level),
		fmt.Sprintf("functions-%02d-level-%d", number, level),
	}
}
