// What the browser measures of a page. Run through the debugger, since the page's policy forbids scripts.
(() => {
  const INSET = 0.2; // of a line's height, above and below: there lies leading, not ink
  const NEAR = 1.5; // px of a rounding

  const short = (text) => text.trim().replace(/\s+/g, " ").slice(0, 60);
  const named = (element) => {
    const kind = [...element.classList].map((name) => "." + name).join("");
    const inside = element.closest("section[aria-labelledby], header, footer, nav");
    const where = inside && inside !== element ? ` in ${inside.getAttribute("aria-labelledby") || inside.localName}` : "";
    return `<${element.localName}${kind}>${where}`;
  };
  const shown = (element) =>
    element.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: false, opacityProperty: true });
  const parentOf = (element) => element.parentElement;

  function* ancestors(element) {
    for (let at = element; at; at = parentOf(at)) yield at;
  }

  const clips = (style, axis) => style[`overflow${axis}`] !== "visible";
  const scrolls = (style, axis) => ["auto", "scroll"].includes(style[`overflow${axis}`]);

  // What is seen of a box through all ancestors that clip; `cut` says that one does so which does not scroll.
  function seen(box, element) {
    const view = { left: box.left, right: box.right, top: box.top, bottom: box.bottom };
    let cut = null;
    for (const at of ancestors(element)) {
      if (at === document.body || at === document.documentElement) break;
      const style = getComputedStyle(at);
      const hole = at.getBoundingClientRect();
      for (const [axis, low, high] of [["X", "left", "right"], ["Y", "top", "bottom"]]) {
        if (!clips(style, axis)) continue;
        const hidden = view[low] < hole[low] - NEAR || view[high] > hole[high] + NEAR;
        if (hidden && !scrolls(style, axis)) cut = cut || at;
        view[low] = Math.max(view[low], hole[low]);
        view[high] = Math.min(view[high], hole[high]);
      }
      if (style.position === "fixed") break;
    }
    return { view, cut, gone: view.right - view.left <= 0.5 || view.bottom - view.top <= 0.5 };
  }

  const forReaders = (element) => {
    for (const at of ancestors(element)) {
      const style = getComputedStyle(at);
      const box = at.getBoundingClientRect();
      if (style.position === "absolute" && box.width <= 1.5 && box.height <= 1.5) return true;
      if (at.classList.contains("skip") && box.right < 0) return true;
    }
    return false;
  };

  // Every line of visible text with its box; text of pictures is looked at apart.
  function lines() {
    const found = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const element = node.parentElement;
      if (!node.data.trim() || element.closest("svg, style, script, title") || !shown(element)) continue;
      if (forReaders(element)) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      for (const box of range.getClientRects()) {
        if (box.width < 1 || box.height < 1) continue;
        found.push({ box, element, node, text: short(node.data) });
      }
    }
    return found;
  }

  const stays = (element) => {
    for (const at of ancestors(element)) if (["fixed", "sticky"].includes(getComputedStyle(at).position)) return at;
    return null;
  };

  function overlaps(told) {
    const boxes = [];
    for (const line of told) {
      const { view, gone } = seen(line.box, line.element);
      if (gone) continue;
      const inset = INSET * (line.box.height);
      boxes.push({ ...line, l: view.left + 1, r: view.right - 1, t: view.top + inset, b: view.bottom - inset });
    }
    boxes.sort((one, two) => one.t - two.t);
    const faults = [];
    for (let i = 0; i < boxes.length; i++) {
      for (let j = i + 1; j < boxes.length && boxes[j].t < boxes[i].b; j++) {
        const [one, two] = [boxes[i], boxes[j]];
        if (Math.min(one.r, two.r) - Math.max(one.l, two.l) <= 1) continue;
        if (Math.min(one.b, two.b) - Math.max(one.t, two.t) <= 1) continue;
        faults.push(`overlapping text: “${one.text}” ${named(one.element)} and “${two.text}” ${named(two.element)}`);
      }
    }
    return faults;
  }

  const blockOf = (element) => {
    for (const at of ancestors(element)) {
      if (!["inline", "contents"].includes(getComputedStyle(at).display)) return at;
    }
    return document.body;
  };

  function cutText(told) {
    const faults = [];
    for (const { box, element, text } of told) {
      const { cut } = seen(box, element);
      if (cut) faults.push(`cut text: “${text}” ${named(element)} is cut by ${named(cut)}`);
      const block = blockOf(element).getBoundingClientRect();
      const out = Math.max(block.left - box.left, box.right - block.right);
      if (out > NEAR) faults.push(`text sticks out of its box by ${Math.round(out)} px: “${text}” ${named(element)}`);
      if (box.left + scrollX < -NEAR) faults.push(`text lies left of the page: “${text}” ${named(element)}`);
    }
    for (const element of document.body.querySelectorAll("*")) {
      if (element.closest("svg") || !shown(element) || forReaders(element) || !element.innerText?.trim()) continue;
      const style = getComputedStyle(element);
      const wide = element.scrollWidth > element.clientWidth + 1;
      const high = element.scrollHeight > element.clientHeight + 1;
      const held = (axis) => ["hidden", "clip"].includes(style[`overflow${axis}`]);
      if ((wide && held("X")) || (high && held("Y")) || (wide && style.textOverflow === "ellipsis"))
        faults.push(`cut text: ${named(element)} holds more than it shows: “${short(element.innerText)}”`);
    }
    return faults;
  }

  function sideways() {
    const root = document.documentElement;
    const over = Math.max(root.scrollWidth, document.body.scrollWidth) - root.clientWidth;
    if (over <= 0) return [];
    const widest = [...document.body.querySelectorAll("*")]
      .filter((element) => element.getBoundingClientRect().right > root.clientWidth + 1 && shown(element))
      .slice(-3)
      .map(named);
    return [`the page scrolls sideways by ${over} px: ${widest.join(", ")}`];
  }

  // Corners of a text of a picture on the screen, also where it is turned; less the leading.
  function corners(text) {
    const box = text.getBBox();
    const matrix = text.getScreenCTM();
    const inset = 0.18 * Math.min(box.height, parseFloat(getComputedStyle(text).fontSize) || box.height);
    const at = (x, y) => new DOMPoint(x, y).matrixTransform(matrix);
    const [top, bottom, left, right] = [box.y + inset, box.y + box.height - inset, box.x, box.x + box.width];
    return [at(left, top), at(right, top), at(right, bottom), at(left, bottom)];
  }

  // How far two convex shapes reach into each other: the least over all directions of their sides.
  function depth(one, two) {
    let least = Infinity;
    for (const shape of [one, two]) {
      for (let i = 0; i < shape.length; i++) {
        const [from, to] = [shape[i], shape[(i + 1) % shape.length]];
        const length = Math.hypot(to.x - from.x, to.y - from.y);
        if (length < 0.01) continue;
        const [nx, ny] = [(to.y - from.y) / length, (from.x - to.x) / length];
        const [a, b] = [one, two].map((points) => points.map((point) => point.x * nx + point.y * ny));
        least = Math.min(least, Math.min(Math.max(...a), Math.max(...b)) - Math.max(Math.min(...a), Math.min(...b)));
      }
    }
    return least;
  }

  function pictures() {
    const faults = [];
    for (const svg of document.querySelectorAll("svg")) {
      if (!shown(svg)) continue;
      const frame = svg.getBoundingClientRect();
      const said = short(svg.getAttribute("aria-label") || named(svg));
      const texts = [...svg.querySelectorAll("text")]
        .filter((text) => text.textContent.trim() && shown(text))
        .map((text) => ({ words: short(text.textContent), shape: corners(text) }));
      for (const { words, shape } of texts) {
        const xs = shape.map((point) => point.x);
        const ys = shape.map((point) => point.y);
        const out = Math.max(
          frame.left - Math.min(...xs), Math.max(...xs) - frame.right,
          frame.top - Math.min(...ys), Math.max(...ys) - frame.bottom);
        if (out > NEAR) faults.push(`text sticks out of its picture by ${Math.round(out)} px: “${words}” in “${said}”`);
      }
      for (let i = 0; i < texts.length; i++)
        for (let j = i + 1; j < texts.length; j++)
          if (depth(texts[i].shape, texts[j].shape) > NEAR)
            faults.push(`overlapping text in a picture: “${texts[i].words}” and “${texts[j].words}” in “${said}”`);
    }
    return faults;
  }

  // Pictures with their words, for the check of alternative texts.
  function figures() {
    const drawn = [...document.querySelectorAll("img, svg, canvas, object, embed")].filter(
      (one) => !one.closest("svg svg") && !(one.parentElement.closest('[aria-hidden="true"]') || one.ariaHidden === "true"));
    return drawn.map((one) => {
      const by = one.getAttribute("aria-labelledby");
      const label = by ? by.split(/\s+/).map((id) => document.getElementById(id)?.textContent || "").join(" ") : "";
      const figure = one.closest("figure");
      return {
        what: named(one),
        role: one.localName === "img" ? "img" : one.getAttribute("role") || "",
        alt: (one.localName === "img" ? one.alt : label || one.getAttribute("aria-label") || "").trim(),
        logo: Boolean(one.closest("header")),
        finding: figure?.querySelector(".finding, h3")?.textContent.trim() || "",
        caption: figure?.querySelector("figcaption")?.textContent.trim() || "",
      };
    });
  }

  // On paper: pictures that a page's end may cut, or that are higher than a page.
  function paper(height) {
    const faults = [];
    for (const one of document.querySelectorAll("figure, .card, .key-numbers")) {
      if (!shown(one)) continue;
      const drawing = one.localName === "figure" ? one.querySelector("img, svg") : one;
      if (!drawing) continue;
      const kept = [...ancestors(drawing)].some((at) => getComputedStyle(at).breakInside.startsWith("avoid"));
      if (!kept) faults.push(`may be cut by the end of a printed page: ${named(one)}`);
      const tall = one.getBoundingClientRect().height;
      if (tall > height) faults.push(`higher than a printed page (${Math.round(tall)} of ${height} px): ${named(one)}`);
    }
    return faults;
  }

  const REACHED = "a[href], summary, button, input, select, textarea, [tabindex='0']";
  const ring = (element) => [null, "::before", "::after"].some((part) => {
    const style = getComputedStyle(element, part);
    const there = !part || !["none", "normal"].includes(style.content);
    return there && style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  });

  window.__pageChecks = {
    layout: () => {
      scrollTo(0, 0);
      const told = lines();
      return [...new Set([...sideways(), ...overlaps(told), ...cutText(told), ...pictures()])];
    },
    figures,
    paper,
    unfold: () => document.querySelectorAll("details").forEach((one) => (one.open = true)),
    fold: () => document.querySelectorAll("details").forEach((one) => (one.open = false)),
    reachable: () => {
      const all = [...document.querySelectorAll(REACHED)].filter(shown);
      all.forEach((one, place) => (one.__place = place));
      return all.map((one) => `${named(one)} “${short(one.innerText || one.getAttribute("aria-label") || "")}”`);
    },
    // Which of the reachable has the focus, and what is wrong with how that looks.
    focused: () => {
      const at = document.activeElement;
      if (!at || at === document.body || at === document.documentElement) return null;
      const box = at.getClientRects()[0] || at.getBoundingClientRect();
      const inset = Math.min(box.width, box.height, 4) / 2;
      const points = [[box.left + inset, box.top + inset], [(box.left + box.right) / 2, (box.top + box.bottom) / 2],
        [box.right - inset, box.bottom - inset], [box.left + inset, Math.min(box.bottom, innerHeight) - inset]];
      const clear = points.some(([x, y]) => {
        const top = document.elementFromPoint(x, y);
        return top && (at.contains(top) || top.contains(at));
      });
      const wrong = [];
      if (!ring(at)) wrong.push("its focus is not visible");
      if (!clear) wrong.push("it is hidden behind something else, or outside the window, when focused");
      const name = `${named(at)} “${short(at.innerText || at.getAttribute("aria-label") || "")}”`;
      return { place: at.__place ?? -1, name, wrong };
    },
  };
})();
