// The script of an archive's pages: one language instead of two, and the page to
// find things on. Every page tells all it has without it.
//
// All text that it shows comes from strangers, and is set as text: it makes no
// markup but copies of the page's own outlines, and loads nothing but the files
// of rows beside it.
"use strict";
(() => {
  const here = new URL(".", document.currentScript.src);
  const top = new URL("..", here).href;
  const root = document.documentElement;
  const part = (id) => document.getElementById(id);

  // ---- language: of two, the one that was chosen, else the browser's

  const KEY = "wxbackup-language";
  const remembered = () => {
    try {
      return localStorage.getItem(KEY);
    } catch {
      return null;
    }
  };
  const remember = () => {
    try {
      localStorage.setItem(KEY, language);
    } catch {
      // Where nothing may be kept, the choice holds for this page.
    }
  };
  let language = remembered();
  if (language !== "zh" && language !== "en") {
    language = /^zh\b/i.test(navigator.language || "zh") ? "zh" : "en";
  }
  // The style hides the other; this runs before anything is seen.
  root.dataset.speaks = language;

  const speak = () => {
    root.dataset.speaks = language;
    root.lang = language === "zh" ? "zh-CN" : "en";
    for (const element of document.querySelectorAll("[data-words]")) {
      for (const name of element.dataset.words.split(" ")) {
        const both = `data-both-${name}`;
        if (!element.hasAttribute(both)) element.setAttribute(both, element.getAttribute(name));
        const [chinese, english] = element.getAttribute(both).split(" / ");
        element.setAttribute(name, language === "zh" ? chinese : english);
      }
    }
    const button = part("language");
    const [chinese, english] = (button.dataset.both ??= button.textContent).split(" / ");
    button.textContent = language === "zh" ? english : chinese;
    button.lang = language === "zh" ? "en" : "zh-CN";
    button.hidden = false;
  };

  // ---- rows: what the files beside this one hand over

  const rows = [];
  const byKey = new Map();
  const texts = [];
  const isText = (value) => typeof value === "string";
  // A letter is found in any case and width.
  const fold = (text) => text.normalize("NFKD").toLowerCase();

  globalThis.wxbackupRows = (kind, number, list) => {
    if (kind === "titles") {
      for (const [section, state, time, title, more, file, cover, place] of list) {
        if (![section, state, title, more, file, cover, place].every(isText)) continue;
        const folded = fold(`${title}\n${more}`);
        const row = { section, state, time: Number(time), title, more, file, cover, place, folded };
        rows.push(row);
        const key = /#a(.+)$/.exec(place)?.[1];
        if (key) byKey.set(key, row);
      }
    } else if (kind === "texts") {
      texts[number] = list
        .filter(([key, text]) => byKey.has(key) && isText(text))
        .map(([key, text]) => ({ row: byKey.get(key), text, folded: fold(text) }));
    }
  };

  const loading = new Map();
  /** Resolves to whether the file of rows could be had. */
  const load = (kind, number) => {
    const name = `${kind}-${String(number).padStart(4, "0")}.js`;
    if (!loading.has(name)) {
      loading.set(name, new Promise((resolve) => {
        const script = document.createElement("script");
        script.charset = "utf-8";
        script.src = new URL(name, here).href;
        script.onload = () => resolve(true);
        script.onerror = () => resolve(false);
        document.head.append(script);
      }));
    }
    return loading.get(name);
  };

  // ---- what was found, as elements

  /** The address of a file of the archive; nothing that leads out of it. */
  const address = (path) => {
    const url = new URL(path, here).href;
    return path !== "" && url.startsWith(top) ? url : null;
  };
  const isPicture = (path) => /\.(avif|bmp|gif|jpg|png|svg|webp)$/.test(path);
  const copy = (id) => part(id)?.content.cloneNode(true) ?? "";

  /** Minutes of China, as the pages write them. */
  const dayTime = (seconds) => {
    const time = new Date((seconds + 8 * 3600) * 1000);
    const isTime = seconds > 0 && !Number.isNaN(time.getTime());
    return isTime ? time.toISOString().slice(0, 16).replace("T", " ") : "—";
  };

  /** Where the words stand in a text, in order and apart. */
  const marksOf = (text, words) => {
    const lower = text.toLowerCase();
    // Some letters are two in lower case: their places would be wrong.
    if (lower.length !== text.length) return [];
    const marks = [];
    for (const word of words) {
      for (let at = lower.indexOf(word); at >= 0; at = lower.indexOf(word, at + word.length)) {
        marks.push([at, at + word.length]);
        if (marks.length > 1000) return marks.sort((left, right) => left[0] - right[0]);
      }
    }
    return marks.sort((left, right) => left[0] - right[0]);
  };

  /** Sets a text, up to so many characters around the first mark, with its marks. */
  const setText = (element, text, words, most) => {
    const marks = marksOf(text, words);
    const from = Math.max(0, Math.min(marks[0]?.[0] ?? 0, text.length - most + 40) - 40);
    const start = text.length > most ? from : 0;
    const end = Math.min(text.length, start + most);
    const isolated = document.createElement("bdi");
    let at = start;
    if (start > 0) isolated.append("…");
    for (const [begin, behind] of marks) {
      if (begin < at || behind > end) continue;
      isolated.append(text.slice(at, begin));
      const mark = document.createElement("mark");
      mark.textContent = text.slice(begin, behind);
      isolated.append(mark);
      at = behind;
    }
    isolated.append(text.slice(at, end));
    if (end < text.length) isolated.append("…");
    element.replaceChildren(isolated);
  };

  const elementOf = ({ row, text }, words) => {
    const outline = copy("outline");
    const one = (selector) => outline.querySelector(selector);
    const place = address(row.place);
    // A sound or video has its player where it is listed.
    const isShownThere = row.section === "voice" || row.section === "video";
    // An SVG that is opened by itself may run scripts of its own.
    const mayBeOpened = !isShownThere && !row.file.endsWith(".svg");
    const target = (mayBeOpened ? address(row.file) : null) ?? place;
    const picture = address(isPicture(row.file) ? row.file : row.cover);
    const name = one(".name");
    if (target) name.href = target;
    if (row.title.trim() === "") name.append(copy("nameless"));
    else setText(name, row.title, words, 500);
    if (picture) {
      one("img").src = picture;
      if (target) one(".cover").href = target;
    } else {
      one(".cover").remove();
    }
    name.after(copy(`is-${row.section}`), row.state === "stored" ? "" : copy(`is-${row.state}`));
    one(".when").textContent = dayTime(row.time);
    const more = text ?? row.more.replaceAll("\n", " · ");
    if (more === "") one(".digest").remove();
    else setText(one(".digest"), more, words, 160);
    if (place) one(".place").href = place;
    return outline;
  };

  // ---- finding

  const SHOWN_AT_ONCE = 100;

  const startFinding = (form) => {
    let turn = 0;
    let hits = [];
    let words = [];
    let shown = 0;
    let hash = null;

    const tell = (name, number) => {
      for (const place of document.querySelectorAll(`[data-number="${name}"]`)) {
        place.textContent = String(number);
      }
    };

    const asked = () => {
      const fields = new FormData(form);
      const at = (name, time) => {
        const seconds = Date.parse(`${fields.get(name)}T${time}+08:00`) / 1000;
        return Number.isNaN(seconds) ? null : seconds;
      };
      return {
        words: [...new Set(fold(fields.get("q")).split(/\s+/).filter(Boolean))],
        sections: new Set(fields.getAll("section")),
        states: new Set(fields.getAll("state")),
        from: at("from", "00:00:00"),
        to: at("to", "23:59:59"),
      };
    };

    const takes = (wanted, row) =>
      (wanted.sections.size === 0 || wanted.sections.has(row.section)) &&
      (wanted.states.size === 0 || wanted.states.has(row.state)) &&
      (wanted.from === null || row.time >= wanted.from) &&
      (wanted.to === null || (row.time > 0 && row.time <= wanted.to));

    const show = (count) => {
      shown = Math.min(count, hits.length);
      part("found").replaceChildren(...hits.slice(0, shown).map((hit) => elementOf(hit, words)));
      part("more").hidden = shown === hits.length;
      tell("found", hits.length);
    };

    const find = async () => {
      const mine = ++turn;
      const wanted = asked();
      const titleFiles = Number(form.dataset.titles);
      const textFiles = wanted.words.length > 0 ? Number(form.dataset.texts) : 0;
      let isWhole = true;
      // Gives whether the answer is still wanted.
      const read = async (kind, number) => {
        tell("read", kind === "titles" ? number : titleFiles + number);
        tell("all", titleFiles + textFiles);
        isWhole = (await load(kind, number)) && isWhole;
        return mine === turn;
      };
      const has = (row, text) => wanted.words.every((word) => row.folded.includes(word) || text.includes(word));
      const take = (found) => {
        hits = hits.concat(found).sort((left, right) => right.row.time - left.row.time);
        show(Math.max(shown, SHOWN_AT_ONCE));
      };

      part("progress").hidden = false;
      for (let number = 1; number <= titleFiles; number++) {
        if (!(await read("titles", number))) return;
      }
      const byTitle = new Set(rows.filter((row) => takes(wanted, row) && has(row, "")));
      words = wanted.words;
      [hits, shown] = [[], 0];
      take([...byTitle].map((row) => ({ row })));
      for (let number = 1; number <= textFiles; number++) {
        if (!(await read("texts", number))) return;
        const isNew = ({ row, folded }) => !byTitle.has(row) && takes(wanted, row) && has(row, folded);
        const found = (texts[number] ?? []).filter(isNew);
        if (found.length > 0) take(found);
      }
      part("progress").hidden = true;
      part("unreadable").hidden = isWhole;
    };

    // What is asked for stands in the address too, so that a link leads back to it.
    const keep = () => {
      const fields = [...new FormData(form)].filter(([, value]) => value !== "");
      hash = `#${new URLSearchParams(fields)}`;
      location.replace(hash);
    };
    const recall = () => {
      const fields = new URLSearchParams(location.hash.slice(1));
      for (const input of form.querySelectorAll("input")) {
        if (input.type === "checkbox") input.checked = fields.getAll(input.name).includes(input.value);
        else input.value = fields.get(input.name) ?? "";
      }
    };

    let waiting;
    form.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(find, 150);
    });
    form.addEventListener("change", keep);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      clearTimeout(waiting);
      keep();
      find();
    });
    globalThis.addEventListener("hashchange", () => {
      if (location.hash === hash) return;
      recall();
      find();
    });
    part("more").addEventListener("click", () => {
      const first = shown;
      show(shown + SHOWN_AT_ONCE);
      part("found").children[first]?.querySelector(".name").focus();
    });

    part("without").remove();
    for (const id of ["find", "told", "found"]) part(id).hidden = false;
    recall();
    find();
  };

  document.addEventListener("DOMContentLoaded", () => {
    // A page of nobody's making may lack anything.
    if (!part("language")) return;
    speak();
    part("language").addEventListener("click", () => {
      language = language === "zh" ? "en" : "zh";
      remember();
      speak();
    });
    const go = part("go");
    if (go) {
      go.hidden = false;
      go.addEventListener("submit", (event) => {
        event.preventDefault();
        const fields = new URLSearchParams(new FormData(go));
        location.href = `${new URL("find.html", here).href}#${fields}`;
      });
    }
    const form = part("find");
    if (form) startFinding(form);
  });
})();
