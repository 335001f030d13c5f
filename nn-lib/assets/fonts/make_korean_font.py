"""Makes the font that the charts' Korean letters are drawn with, in a PNG and on paper.

Input: the regular weight in the npm package @expo-google-fonts/noto-sans-kr, unpacked
(npm pack @expo-google-fonts/noto-sans-kr@0.4.3 && tar xf expo-google-fonts-noto-sans-kr-0.4.3.tgz).
Needs: pip install fonttools.
Usage: python make_korean_font.py package/400Regular/NotoSansKR_400Regular.ttf

Kept is what the Korean standard KS X 1001 has, but for its Chinese characters: 2,350 syllables, the single
letters (jamo), punctuation, arrows and mathematical signs. A tick and two more signs are added.
"""

import sys
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

# Python's codec for EUC-KR knows KS X 1001: two bytes from A1 to FE each.
standard = {
    ord(letter)
    for first in range(0xA1, 0xFF)
    for second in range(0xA1, 0xFF)
    for letter in bytes([first, second]).decode("euc_kr", "ignore")
}
chinese = set(range(0x4E00, 0xA000)) | set(range(0xF900, 0xFB00))

options = Options(hinting=False, notdef_outline=True, glyph_names=False, layout_features=[], name_IDs=[0, 1, 2, 4, 5, 6, 13, 14])
options.drop_tables += ["BASE", "GDEF", "GPOS", "GSUB", "STAT", "VORG", "gasp", "prep", "vhea", "vmtx"]
font = TTFont(sys.argv[1], recalcTimestamp=False)
subsetter = Subsetter(options)
subsetter.populate(unicodes=(standard - chinese) | set(map(ord, "✓≈⋯")))
subsetter.subset(font)
font.save(Path(__file__).parent / "NotoSansKR-Regular.ttf")
