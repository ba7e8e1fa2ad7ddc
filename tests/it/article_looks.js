// What the page of an article looks like, for article_looks.rs.
const done = arguments[arguments.length - 1];
(async () => {
  const body = document.querySelector("wxb-body");
  const style = getComputedStyle(body);
  const channels = (colour) => {
    const [r, g, b, a = 1] = colour.match(/[\d.]+/g).map(Number);
    return [r, g, b, a];
  };
  const over = (top, below) => [0, 1, 2].map((at) => top[at] * top[3] + below[at] * (1 - top[3])).concat(1);
  const luminance = (colour) => {
    const [r, g, b] = colour.map((c) => c / 255).map((c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  // What is behind an element; nothing where that is a picture.
  const behind = (element) => {
    const layers = [];
    for (let at = element; at; at = at.parentElement) {
      const { backgroundColor, backgroundImage } = getComputedStyle(at);
      if (backgroundImage !== "none" || at.localName === "wxb-slide") return null;
      layers.push(channels(backgroundColor));
      if (layers.at(-1)[3] === 1) break;
    }
    return layers.reverse().reduce((below, top) => over(top, below), [255, 255, 255, 1]);
  };
  const faint = [];
  let texts = 0;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode.data.trim();
    const element = walker.currentNode.parentElement;
    const below = behind(element);
    if (!text || !below) continue;
    texts += 1;
    const [a, b] = [luminance(over(channels(getComputedStyle(element).color), below)), luminance(below)].sort();
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) faint.push(ratio.toFixed(1) + " " + text);
  }
  const backgrounds = [];
  const addresses = [...document.querySelectorAll("*")]
    .flatMap((element) => [...getComputedStyle(element).backgroundImage.matchAll(/url\("([^"]*)"\)/g)])
    .map((found) => found[1]);
  for (const address of addresses) {
    const picture = new Image();
    picture.src = address;
    try { await picture.decode(); backgrounds.push(picture.naturalWidth > 0); } catch { backgrounds.push(address); }
  }
  const boxes = [...document.querySelectorAll(".wxb-missing, .wxb-embed, .wxb-voice, .wxb-file, wxb-lack, wxb-lacks li")];
  done({
    width: body.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight),
    font: style.fontSize + "/" + style.lineHeight,
    title: getComputedStyle(document.querySelector("h1")).fontSize,
    page: getComputedStyle(document.body).backgroundColor,
    paper: style.backgroundColor,
    texts,
    faint,
    backgrounds,
    flat: boxes.filter((box) => box.getClientRects()[0].height < 20 || box.getClientRects()[0].width < 100)
      .map((box) => box.innerText),
    boxes: boxes.map((box) => box.innerText.replace(/\s+/g, " ").replace(/g-[0-9a-f]{16}/, "GAP")),
    wide: [...document.querySelectorAll("wxb-head, wxb-lack, wxb-lacks, wxb-foot, .wxb-missing, .wxb-embed, .wxb-voice")]
      .filter((element) => element.getBoundingClientRect().right > window.innerWidth).map((element) => element.localName),
    shown: [...document.querySelectorAll("wxb-body img:not(.wxb-card)")].map((picture) => getComputedStyle(picture).visibility),
    slides: [...document.querySelectorAll("wxb-slide")].map((slide) => slide.getBoundingClientRect().width),
    strip: document.querySelector("wxb-gallery")?.clientWidth ?? 0,
    lines: body.innerText.split("\n").length,
  });
})();
