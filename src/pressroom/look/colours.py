"""The colour tokens, by name, for light and for dark paper.

Blue marks what is on record, ochre what to say with care; everything else is grey. Charts are drawn in
`LIGHT`; the HTML page swaps each hex for ``var(--name)``, so that dark mode costs nothing.
"""

LIGHT = {
    "paper": "#ffffff",
    "ink": "#16212b",
    "muted": "#53606c",
    "rule": "#cfd7de",
    "wash": "#f2f5f7",
    "blue": "#0b62a0",
    "tint": "#cfe3f1",
    "grey": "#7b8894",
    "hatch": "#a3afb9",
    "ochre": "#8f5300",
    "cream": "#fbf6ec",
}

DARK = {
    "paper": "#10181f",
    "ink": "#e9eef2",
    "muted": "#a6b3be",
    "rule": "#33404b",
    "wash": "#19242d",
    "blue": "#79bdec",
    "tint": "#1f4560",
    "grey": "#7f8d99",
    "hatch": "#5c6a76",
    "ochre": "#e6b35c",
    "cream": "#221e16",
}
