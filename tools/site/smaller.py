"""Makes pictures of screens a third as large: a palette of 256 colors is enough for them.

smaller.py FILE.png...
"""

import sys

from PIL import Image

for file in sys.argv[1:]:
    with Image.open(file) as image:
        if image.mode == "P":  # it is so already
            continue
        small = image.convert("RGB").quantize(256, dither=Image.Dither.NONE)
    small.save(file, optimize=True)
