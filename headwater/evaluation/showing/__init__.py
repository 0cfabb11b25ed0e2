"""Stored answers as the pages say them: words on the one scale, charts, and honest gaps."""
