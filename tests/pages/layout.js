// What stands badly on the page that is shown: text in too narrow a column, over other text, or out of the page.
() => {
  const found = [], lines = [], blocks = new Map();
  const width = document.documentElement.clientWidth;
  const style = e => getComputedStyle(e);
  if (document.documentElement.scrollWidth > width) found.push(`the page is ${document.documentElement.scrollWidth} px wide`);

  function blockOf(e) {
    while (style(e).display == "inline") e = e.parentElement;
    return e;
  }

  function isHeardOnly(e) {
    for (; e; e = e.parentElement) if (style(e).clipPath != "none" || e.matches(".skip")) return true;
    return false;
  }

  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; (node = walker.nextNode());) {
    const e = node.parentElement, text = node.data.trim();
    if (!text || !e.checkVisibility() || isHeardOnly(e)) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const boxes = [...range.getClientRects()].filter(box => box.width > 1);
    const drawn = e.closest("svg");
    const frame = drawn?.getBoundingClientRect(), clips = drawn && style(drawn).overflow != "visible";
    const block = drawn ? e : blockOf(e);
    for (const box of boxes) {
      if (clips && (box.left < frame.left - 1 || box.right > frame.right + 1)) found.push(`clipped: ${text}`);
      if (!e.closest(".scroll") && (box.left < -1 || box.right > width + 1)) found.push(`out of the page: ${text}`);
      lines.push({box, block, text});
    }
    if (drawn) continue;
    const column = blocks.get(block) ?? {text: "", lines: new Set(), length: 0};
    column.text += node.data;
    for (const box of boxes) column.lines.add(Math.round(box.bottom / 4)), column.length += box.width;
    blocks.set(block, column);
  }

  for (const [block, column] of blocks) {
    const text = column.text.replace(/\s+/g, " ").trim(), set = style(block);
    if (text.length <= 12 || column.lines.size < 2) continue;
    const room = block.clientWidth - parseFloat(set.paddingLeft) - parseFloat(set.paddingRight);
    const characters = room / (column.length / text.length);
    if (characters < 12) found.push(`${characters.toFixed(1)} characters wide: ${text}`);
  }

  lines.forEach((one, place) => {
    for (const other of lines.slice(place + 1)) {
      if (one.block == other.block) continue;
      const across = Math.min(one.box.right, other.box.right) - Math.max(one.box.left, other.box.left);
      const down = Math.min(one.box.bottom, other.box.bottom) - Math.max(one.box.top, other.box.top);
      if (across > 1 && down > Math.min(one.box.height, other.box.height) / 3) found.push(`over each other: ${one.text} | ${other.text}`);
    }
  });

  for (const e of document.querySelectorAll("body *"))
    if (e.scrollWidth > e.clientWidth + 1 && /auto|scroll/.test(style(e).overflowX)) found.push(`scrolls: ${e.textContent.slice(0, 40)}`);
  return found;
}
