package app

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math/bits"
)

// This file decompresses gzip (RFC 1952, RFC 1951). The standard library's reader links
// what it makes tables of when a program starts into every program, whether it
// decompresses something or not.

var (
	errNoGzip   = errors.New("it is not in the format of gzip")
	errCutShort = errors.New("the compressed data ends too early")
	errDeflate  = errors.New("the compressed data is damaged")
	errChecksum = errors.New("the compressed data is damaged: its checksum is another one")
)

// The flags of a gzip file's header.
const (
	gzipHeaderCRC = 1 << (iota + 1)
	gzipExtra
	gzipName
	gzipComment
)

// gunzip returns what gzip data contains, which is an error if it is more than so many
// bytes.
func gunzip(data []byte, limit int) ([]byte, error) {
	var out []byte
	for first := true; first || len(data) > 0; first = false {
		rest, err := gzipHeader(data)
		if err != nil {
			return nil, err
		}
		d := inflater{in: rest, out: out, start: len(out), limit: limit}
		if err := d.inflate(); err != nil {
			return nil, err
		}
		trailer := d.in[d.pos:]
		if len(trailer) < 8 {
			return nil, errCutShort
		}
		content := d.out[d.start:]
		if binary.LittleEndian.Uint32(trailer) != checksum(content) || binary.LittleEndian.Uint32(trailer[4:]) != uint32(len(content)) {
			return nil, errChecksum
		}
		out, data = d.out, trailer[8:]
	}
	return out, nil
}

// gzipHeader returns what follows the header of a gzip file.
func gzipHeader(data []byte) ([]byte, error) {
	if len(data) < 10 || data[0] != 0x1f || data[1] != 0x8b || data[2] != 8 {
		return nil, errNoGzip
	}
	flags, rest := data[3], data[10:]
	if flags&gzipExtra != 0 {
		if len(rest) < 2 || len(rest)-2 < int(binary.LittleEndian.Uint16(rest)) {
			return nil, errCutShort
		}
		rest = rest[2+binary.LittleEndian.Uint16(rest):]
	}
	for _, text := range []byte{gzipName, gzipComment} {
		for end := flags&text == 0; !end; rest = rest[1:] {
			if len(rest) == 0 {
				return nil, errCutShort
			}
			end = rest[0] == 0
		}
	}
	if flags&gzipHeaderCRC != 0 {
		if len(rest) < 2 {
			return nil, errCutShort
		}
		if binary.LittleEndian.Uint16(rest) != uint16(checksum(data[:len(data)-len(rest)])) {
			return nil, errChecksum
		}
		rest = rest[2:]
	}
	return rest, nil
}

// checksum is the CRC-32 of data.
func checksum(data []byte) uint32 {
	var table [256]uint32
	for i := range table {
		c := uint32(i)
		for range 8 {
			c = c>>1 ^ 0xedb88320&-(c&1)
		}
		table[i] = c
	}
	sum := ^uint32(0)
	for _, b := range data {
		sum = sum>>8 ^ table[byte(sum)^b]
	}
	return ^sum
}

// inflater decompresses one stream of DEFLATE.
type inflater struct {
	in   []byte
	pos  int    // of the next byte that isn't in bits
	bits uint64 // the next bits, the first lowest
	have int    // how many there are

	out   []byte
	start int // where the stream's own output begins
	limit int

	literals, distances huffman
}

// inflate decompresses the whole stream. pos is then where it ends.
func (d *inflater) inflate() error {
	for final := false; !final; {
		header, err := d.take(3)
		if err != nil {
			return err
		}
		final = header&1 != 0
		switch header >> 1 {
		case 0:
			err = d.stored()
		case 1:
			if err = d.fixed(); err == nil {
				err = d.block()
			}
		case 2:
			if err = d.dynamic(); err == nil {
				err = d.block()
			}
		default:
			err = errDeflate
		}
		if err != nil {
			return err
		}
	}
	d.align()
	return nil
}

// fill reads bytes while there is room for their bits.
func (d *inflater) fill() {
	for d.have <= 56 && d.pos < len(d.in) {
		d.bits |= uint64(d.in[d.pos]) << d.have
		d.pos++
		d.have += 8
	}
}

// take returns the next n bits, of at most 32.
func (d *inflater) take(n int) (uint32, error) {
	d.fill()
	if d.have < n {
		return 0, errCutShort
	}
	v := uint32(d.bits & (1<<n - 1))
	d.bits >>= n
	d.have -= n
	return v, nil
}

// align gives the bytes back of which no bit was taken.
func (d *inflater) align() {
	d.pos -= d.have / 8
	d.bits, d.have = 0, 0
}

// grow reports more output than there may be.
func (d *inflater) grow(n int) error {
	if n > d.limit-len(d.out) {
		return fmt.Errorf("it is more than %d MB decompressed", d.limit>>20)
	}
	return nil
}

// stored copies a block that isn't compressed.
func (d *inflater) stored() error {
	d.align()
	rest := d.in[d.pos:]
	if len(rest) < 4 {
		return errCutShort
	}
	n := int(binary.LittleEndian.Uint16(rest))
	if n != int(^binary.LittleEndian.Uint16(rest[2:])) {
		return errDeflate
	}
	if len(rest)-4 < n {
		return errCutShort
	}
	if err := d.grow(n); err != nil {
		return err
	}
	d.out = append(d.out, rest[4:4+n]...)
	d.pos += 4 + n
	return nil
}

// huffman decodes symbols: of the next bits, so many as the longest code has, it has the
// symbol and the length of its code; 0 for what is no code.
type huffman struct {
	codes   []uint16 // symbol<<4 | length
	longest int
}

// The symbols and the longest code that there can be.
const (
	maxCode      = 15
	maxLiterals  = 286
	maxDistances = 30
	endOfBlock   = 256
)

// set makes the codes of symbols of their lengths, 0 for a symbol without.
func (h *huffman) set(lengths []byte) error {
	var count [maxCode + 1]int
	h.longest = 0
	for _, n := range lengths {
		count[n]++
		h.longest = max(h.longest, int(n))
	}
	count[0] = 0
	var next [maxCode + 1]int
	code := 0
	for n := 1; n <= h.longest; n++ {
		code = (code + count[n-1]) << 1
		next[n] = code
	}
	// All codes are in use, but that there may be a single one, or none.
	if used := next[h.longest] + count[h.longest]; h.longest > 0 && used != 1<<h.longest && (used != 1 || h.longest != 1) {
		return errDeflate
	}
	size := 1 << h.longest
	if cap(h.codes) < size {
		h.codes = make([]uint16, size)
	}
	h.codes = h.codes[:size]
	clear(h.codes)
	for symbol, n := range lengths {
		if n == 0 {
			continue
		}
		at := int(bits.Reverse16(uint16(next[n])) >> (16 - n))
		next[n]++
		for ; at < size; at += 1 << n {
			h.codes[at] = uint16(symbol)<<4 | uint16(n)
		}
	}
	return nil
}

// symbol decodes the next symbol.
func (d *inflater) symbol(h *huffman) (int, error) {
	if d.have < maxCode {
		d.fill()
	}
	found := h.codes[d.bits&(1<<h.longest-1)]
	n := int(found & maxCode)
	switch {
	case n == 0 && d.have < h.longest, n > d.have:
		return 0, errCutShort
	case n == 0:
		return 0, errDeflate
	}
	d.bits >>= n
	d.have -= n
	return int(found >> 4), nil
}

// fixed sets the codes that the format has.
func (d *inflater) fixed() error {
	var lengths [288]byte
	for i := range lengths {
		switch {
		case i < 144:
			lengths[i] = 8
		case i < 256:
			lengths[i] = 9
		case i < 280:
			lengths[i] = 7
		default:
			lengths[i] = 8
		}
	}
	var distances [32]byte
	for i := range distances {
		distances[i] = 5
	}
	return errors.Join(d.literals.set(lengths[:]), d.distances.set(distances[:]))
}

// lengthOrder is the order in which the lengths of the codes of lengths come.
const lengthOrder = "\x10\x11\x12\x00\x08\x07\x09\x06\x0a\x05\x0b\x04\x0c\x03\x0d\x02\x0e\x01\x0f"

// dynamic reads the codes of a block.
func (d *inflater) dynamic() error {
	header, err := d.take(14)
	if err != nil {
		return err
	}
	literals, distances, coded := int(header&31)+257, int(header>>5&31)+1, int(header>>10)+4
	if literals > maxLiterals || distances > maxDistances {
		return errDeflate
	}
	var order [19]byte
	for i := range coded {
		n, err := d.take(3)
		if err != nil {
			return err
		}
		order[lengthOrder[i]] = byte(n)
	}
	if err := d.literals.set(order[:]); err != nil {
		return err
	}
	var lengths [maxLiterals + maxDistances]byte
	for i := 0; i < literals+distances; {
		n, err := d.symbol(&d.literals)
		if err != nil {
			return err
		}
		if n < 16 {
			lengths[i] = byte(n)
			i++
			continue
		}
		repeated, times, err := d.repeat(n, lengths[:i])
		if err != nil {
			return err
		}
		if times > literals+distances-i {
			return errDeflate
		}
		for ; times > 0; times-- {
			lengths[i] = repeated
			i++
		}
	}
	if err := d.literals.set(lengths[:literals]); err != nil {
		return err
	}
	return d.distances.set(lengths[literals : literals+distances])
}

// repeat decodes a symbol for a length that comes several times.
func (d *inflater) repeat(symbol int, before []byte) (length byte, times int, err error) {
	var n uint32
	switch symbol {
	case 16:
		if len(before) == 0 {
			return 0, 0, errDeflate
		}
		n, err = d.take(2)
		return before[len(before)-1], int(n) + 3, err
	case 17:
		n, err = d.take(3)
		return 0, int(n) + 3, err
	}
	n, err = d.take(7)
	return 0, int(n) + 11, err
}

// block decompresses what follows the codes.
func (d *inflater) block() error {
	for {
		symbol, err := d.symbol(&d.literals)
		switch {
		case err != nil:
			return err
		case symbol < endOfBlock:
			if err := d.grow(1); err != nil {
				return err
			}
			d.out = append(d.out, byte(symbol))
			continue
		case symbol == endOfBlock:
			return nil
		case symbol >= maxLiterals:
			return errDeflate
		}
		if err := d.again(symbol - endOfBlock - 1); err != nil {
			return err
		}
	}
}

// again copies what was there before.
func (d *inflater) again(symbol int) error {
	length, err := d.length(symbol)
	if err != nil {
		return err
	}
	if symbol, err = d.symbol(&d.distances); err != nil {
		return err
	}
	if symbol >= maxDistances {
		return errDeflate
	}
	distance := symbol + 1
	if symbol >= 4 {
		extra := symbol/2 - 1
		more, err := d.take(extra)
		if err != nil {
			return err
		}
		distance = (2|symbol&1)<<extra + int(more) + 1
	}
	if distance > len(d.out)-d.start {
		return errDeflate
	}
	if err := d.grow(length); err != nil {
		return err
	}
	for range length { // which can overlap what it copies
		d.out = append(d.out, d.out[len(d.out)-distance])
	}
	return nil
}

// length decodes how much is copied.
func (d *inflater) length(symbol int) (int, error) {
	const longest = 28 // has a length of its own
	switch {
	case symbol < 8:
		return symbol + 3, nil
	case symbol == longest:
		return 258, nil
	}
	extra := symbol/4 - 1
	more, err := d.take(extra)
	return (4|symbol&3)<<extra + int(more) + 3, err
}
