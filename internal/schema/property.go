package schema

import "unicode"

// propertyTable returns the characters that have a property of Unicode: a general category,
// by its short name, or a script. The maps of package unicode would be filled by each program
// that starts.
func propertyTable(name string) (*unicode.RangeTable, bool) {
	switch name {
	case "Any":
		return anyTable, true
	case "ASCII":
		return asciiTable, true
	case "C":
		return unicode.C, true
	case "Cc":
		return unicode.Cc, true
	case "Cf":
		return unicode.Cf, true
	case "Cn":
		return unicode.Cn, true
	case "Co":
		return unicode.Co, true
	case "Cs":
		return unicode.Cs, true
	case "L":
		return unicode.L, true
	case "LC":
		return unicode.LC, true
	case "Ll":
		return unicode.Ll, true
	case "Lm":
		return unicode.Lm, true
	case "Lo":
		return unicode.Lo, true
	case "Lt":
		return unicode.Lt, true
	case "Lu":
		return unicode.Lu, true
	case "M":
		return unicode.M, true
	case "Mc":
		return unicode.Mc, true
	case "Me":
		return unicode.Me, true
	case "Mn":
		return unicode.Mn, true
	case "N":
		return unicode.N, true
	case "Nd":
		return unicode.Nd, true
	case "Nl":
		return unicode.Nl, true
	case "No":
		return unicode.No, true
	case "P":
		return unicode.P, true
	case "Pc":
		return unicode.Pc, true
	case "Pd":
		return unicode.Pd, true
	case "Pe":
		return unicode.Pe, true
	case "Pf":
		return unicode.Pf, true
	case "Pi":
		return unicode.Pi, true
	case "Po":
		return unicode.Po, true
	case "Ps":
		return unicode.Ps, true
	case "S":
		return unicode.S, true
	case "Sc":
		return unicode.Sc, true
	case "Sk":
		return unicode.Sk, true
	case "Sm":
		return unicode.Sm, true
	case "So":
		return unicode.So, true
	case "Z":
		return unicode.Z, true
	case "Zl":
		return unicode.Zl, true
	case "Zp":
		return unicode.Zp, true
	case "Zs":
		return unicode.Zs, true
	case "Adlam":
		return unicode.Adlam, true
	case "Ahom":
		return unicode.Ahom, true
	case "Anatolian_Hieroglyphs":
		return unicode.Anatolian_Hieroglyphs, true
	case "Arabic":
		return unicode.Arabic, true
	case "Armenian":
		return unicode.Armenian, true
	case "Avestan":
		return unicode.Avestan, true
	case "Balinese":
		return unicode.Balinese, true
	case "Bamum":
		return unicode.Bamum, true
	case "Bassa_Vah":
		return unicode.Bassa_Vah, true
	case "Batak":
		return unicode.Batak, true
	case "Bengali":
		return unicode.Bengali, true
	case "Bhaiksuki":
		return unicode.Bhaiksuki, true
	case "Bopomofo":
		return unicode.Bopomofo, true
	case "Brahmi":
		return unicode.Brahmi, true
	case "Braille":
		return unicode.Braille, true
	case "Buginese":
		return unicode.Buginese, true
	case "Buhid":
		return unicode.Buhid, true
	case "Canadian_Aboriginal":
		return unicode.Canadian_Aboriginal, true
	case "Carian":
		return unicode.Carian, true
	case "Caucasian_Albanian":
		return unicode.Caucasian_Albanian, true
	case "Chakma":
		return unicode.Chakma, true
	case "Cham":
		return unicode.Cham, true
	case "Cherokee":
		return unicode.Cherokee, true
	case "Chorasmian":
		return unicode.Chorasmian, true
	case "Common":
		return unicode.Common, true
	case "Coptic":
		return unicode.Coptic, true
	case "Cuneiform":
		return unicode.Cuneiform, true
	case "Cypriot":
		return unicode.Cypriot, true
	case "Cypro_Minoan":
		return unicode.Cypro_Minoan, true
	case "Cyrillic":
		return unicode.Cyrillic, true
	case "Deseret":
		return unicode.Deseret, true
	case "Devanagari":
		return unicode.Devanagari, true
	case "Dives_Akuru":
		return unicode.Dives_Akuru, true
	case "Dogra":
		return unicode.Dogra, true
	case "Duployan":
		return unicode.Duployan, true
	case "Egyptian_Hieroglyphs":
		return unicode.Egyptian_Hieroglyphs, true
	case "Elbasan":
		return unicode.Elbasan, true
	case "Elymaic":
		return unicode.Elymaic, true
	case "Ethiopic":
		return unicode.Ethiopic, true
	case "Georgian":
		return unicode.Georgian, true
	case "Glagolitic":
		return unicode.Glagolitic, true
	case "Gothic":
		return unicode.Gothic, true
	case "Grantha":
		return unicode.Grantha, true
	case "Greek":
		return unicode.Greek, true
	case "Gujarati":
		return unicode.Gujarati, true
	case "Gunjala_Gondi":
		return unicode.Gunjala_Gondi, true
	case "Gurmukhi":
		return unicode.Gurmukhi, true
	case "Han":
		return unicode.Han, true
	case "Hangul":
		return unicode.Hangul, true
	case "Hanifi_Rohingya":
		return unicode.Hanifi_Rohingya, true
	case "Hanunoo":
		return unicode.Hanunoo, true
	case "Hatran":
		return unicode.Hatran, true
	case "Hebrew":
		return unicode.Hebrew, true
	case "Hiragana":
		return unicode.Hiragana, true
	case "Imperial_Aramaic":
		return unicode.Imperial_Aramaic, true
	case "Inherited":
		return unicode.Inherited, true
	case "Inscriptional_Pahlavi":
		return unicode.Inscriptional_Pahlavi, true
	case "Inscriptional_Parthian":
		return unicode.Inscriptional_Parthian, true
	case "Javanese":
		return unicode.Javanese, true
	case "Kaithi":
		return unicode.Kaithi, true
	case "Kannada":
		return unicode.Kannada, true
	case "Katakana":
		return unicode.Katakana, true
	case "Kawi":
		return unicode.Kawi, true
	case "Kayah_Li":
		return unicode.Kayah_Li, true
	case "Kharoshthi":
		return unicode.Kharoshthi, true
	case "Khitan_Small_Script":
		return unicode.Khitan_Small_Script, true
	case "Khmer":
		return unicode.Khmer, true
	case "Khojki":
		return unicode.Khojki, true
	case "Khudawadi":
		return unicode.Khudawadi, true
	case "Lao":
		return unicode.Lao, true
	case "Latin":
		return unicode.Latin, true
	case "Lepcha":
		return unicode.Lepcha, true
	case "Limbu":
		return unicode.Limbu, true
	case "Linear_A":
		return unicode.Linear_A, true
	case "Linear_B":
		return unicode.Linear_B, true
	case "Lisu":
		return unicode.Lisu, true
	case "Lycian":
		return unicode.Lycian, true
	case "Lydian":
		return unicode.Lydian, true
	case "Mahajani":
		return unicode.Mahajani, true
	case "Makasar":
		return unicode.Makasar, true
	case "Malayalam":
		return unicode.Malayalam, true
	case "Mandaic":
		return unicode.Mandaic, true
	case "Manichaean":
		return unicode.Manichaean, true
	case "Marchen":
		return unicode.Marchen, true
	case "Masaram_Gondi":
		return unicode.Masaram_Gondi, true
	case "Medefaidrin":
		return unicode.Medefaidrin, true
	case "Meetei_Mayek":
		return unicode.Meetei_Mayek, true
	case "Mende_Kikakui":
		return unicode.Mende_Kikakui, true
	case "Meroitic_Cursive":
		return unicode.Meroitic_Cursive, true
	case "Meroitic_Hieroglyphs":
		return unicode.Meroitic_Hieroglyphs, true
	case "Miao":
		return unicode.Miao, true
	case "Modi":
		return unicode.Modi, true
	case "Mongolian":
		return unicode.Mongolian, true
	case "Mro":
		return unicode.Mro, true
	case "Multani":
		return unicode.Multani, true
	case "Myanmar":
		return unicode.Myanmar, true
	case "Nabataean":
		return unicode.Nabataean, true
	case "Nag_Mundari":
		return unicode.Nag_Mundari, true
	case "Nandinagari":
		return unicode.Nandinagari, true
	case "New_Tai_Lue":
		return unicode.New_Tai_Lue, true
	case "Newa":
		return unicode.Newa, true
	case "Nko":
		return unicode.Nko, true
	case "Nushu":
		return unicode.Nushu, true
	case "Nyiakeng_Puachue_Hmong":
		return unicode.Nyiakeng_Puachue_Hmong, true
	case "Ogham":
		return unicode.Ogham, true
	case "Ol_Chiki":
		return unicode.Ol_Chiki, true
	case "Old_Hungarian":
		return unicode.Old_Hungarian, true
	case "Old_Italic":
		return unicode.Old_Italic, true
	case "Old_North_Arabian":
		return unicode.Old_North_Arabian, true
	case "Old_Permic":
		return unicode.Old_Permic, true
	case "Old_Persian":
		return unicode.Old_Persian, true
	case "Old_Sogdian":
		return unicode.Old_Sogdian, true
	case "Old_South_Arabian":
		return unicode.Old_South_Arabian, true
	case "Old_Turkic":
		return unicode.Old_Turkic, true
	case "Old_Uyghur":
		return unicode.Old_Uyghur, true
	case "Oriya":
		return unicode.Oriya, true
	case "Osage":
		return unicode.Osage, true
	case "Osmanya":
		return unicode.Osmanya, true
	case "Pahawh_Hmong":
		return unicode.Pahawh_Hmong, true
	case "Palmyrene":
		return unicode.Palmyrene, true
	case "Pau_Cin_Hau":
		return unicode.Pau_Cin_Hau, true
	case "Phags_Pa":
		return unicode.Phags_Pa, true
	case "Phoenician":
		return unicode.Phoenician, true
	case "Psalter_Pahlavi":
		return unicode.Psalter_Pahlavi, true
	case "Rejang":
		return unicode.Rejang, true
	case "Runic":
		return unicode.Runic, true
	case "Samaritan":
		return unicode.Samaritan, true
	case "Saurashtra":
		return unicode.Saurashtra, true
	case "Sharada":
		return unicode.Sharada, true
	case "Shavian":
		return unicode.Shavian, true
	case "Siddham":
		return unicode.Siddham, true
	case "SignWriting":
		return unicode.SignWriting, true
	case "Sinhala":
		return unicode.Sinhala, true
	case "Sogdian":
		return unicode.Sogdian, true
	case "Sora_Sompeng":
		return unicode.Sora_Sompeng, true
	case "Soyombo":
		return unicode.Soyombo, true
	case "Sundanese":
		return unicode.Sundanese, true
	case "Syloti_Nagri":
		return unicode.Syloti_Nagri, true
	case "Syriac":
		return unicode.Syriac, true
	case "Tagalog":
		return unicode.Tagalog, true
	case "Tagbanwa":
		return unicode.Tagbanwa, true
	case "Tai_Le":
		return unicode.Tai_Le, true
	case "Tai_Tham":
		return unicode.Tai_Tham, true
	case "Tai_Viet":
		return unicode.Tai_Viet, true
	case "Takri":
		return unicode.Takri, true
	case "Tamil":
		return unicode.Tamil, true
	case "Tangsa":
		return unicode.Tangsa, true
	case "Tangut":
		return unicode.Tangut, true
	case "Telugu":
		return unicode.Telugu, true
	case "Thaana":
		return unicode.Thaana, true
	case "Thai":
		return unicode.Thai, true
	case "Tibetan":
		return unicode.Tibetan, true
	case "Tifinagh":
		return unicode.Tifinagh, true
	case "Tirhuta":
		return unicode.Tirhuta, true
	case "Toto":
		return unicode.Toto, true
	case "Ugaritic":
		return unicode.Ugaritic, true
	case "Vai":
		return unicode.Vai, true
	case "Vithkuqi":
		return unicode.Vithkuqi, true
	case "Wancho":
		return unicode.Wancho, true
	case "Warang_Citi":
		return unicode.Warang_Citi, true
	case "Yezidi":
		return unicode.Yezidi, true
	case "Yi":
		return unicode.Yi, true
	case "Zanabazar_Square":
		return unicode.Zanabazar_Square, true
	}
	return nil, false
}

var (
	anyTable   = &unicode.RangeTable{R16: []unicode.Range16{{Lo: 0, Hi: 0xffff, Stride: 1}}, R32: []unicode.Range32{{Lo: 0x10000, Hi: unicode.MaxRune, Stride: 1}}}
	asciiTable = &unicode.RangeTable{R16: []unicode.Range16{{Lo: 0, Hi: unicode.MaxASCII, Stride: 1}}}
)
