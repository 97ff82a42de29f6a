// Charts, copy buttons and keys of `ops view`. Each page works without: tables stand beside charts, and all is a link.
"use strict";

(() => {
  const LEVELS = ["trace", "debug", "info", "warn", "error", "fatal"];
  const HEIGHT = 180, SMALL = 60, DAY = 86400;

  const readColour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
  const PALETTE = ["running", "stored", "rejected", "fatal", "failed", "filtered"];
  const OWN_COLOURS = { none: "filtered", trace: "debug" };
  const chooseColour = (name, index) =>
    readColour(OWN_COLOURS[name] || (LEVELS.includes(name) ? name : PALETTE[index % PALETTE.length]));

  // Each series of bars stands on those before it: the last is drawn first, the others over it.
  const stack = (series) => {
    const sums = [];
    let below = [];
    for (const one of series) {
      below = one.values.map((value, index) => (value || 0) + (below[index] || 0));
      sums.push(below);
    }
    return sums;
  };

  // Put the times of a dragged selection into the address, and go there.
  const goTo = (zoom, first, last) => {
    const format = (seconds) => new Date(Math.round(seconds) * 1000).toISOString().slice(0, 19) + "Z";
    const address = new URL(location.href);
    address.searchParams.set(zoom.from, format(first));
    address.searchParams.set(zoom.to, format(Math.max(last, first + 1)));
    location.assign(address);
  };

  const describe = (chart) => {
    const isBars = chart.kind === "bars";
    const order = chart.series.map((_, index) => index);
    if (isBars) order.reverse();
    return { isBars, order, values: isBars ? stack(chart.series) : chart.series.map((one) => one.values) };
  };

  const buildSeries = (chart, { isBars, order }) => order.map((index) => {
    const { name, values } = chart.series[index], colour = chooseColour(name, index);
    return {
      label: name, stroke: colour, fill: isBars ? colour : undefined, width: isBars ? 0 : 1.5,
      paths: isBars ? uPlot.paths.bars({ size: [1, Infinity], gap: 1, align: 1 }) : undefined,
      points: { show: !isBars && values.length < 3 },
      value: (_, __, ___, at) => (at === null || at === undefined ? "" : String(values[at] ?? "")),
    };
  });

  // From which step between two marks on a time is written how, and with what below it where the day or year is another.
  const writeTimes = (step, text, year, day) => [step, text, year, day, day, null, null, null, 1];
  const TIMES = [
    writeTimes(365 * DAY, "{YYYY}", null, null), writeTimes(28 * DAY, "{MMM}", "\n{YYYY}", null),
    writeTimes(DAY, "{D} {MMM}", "\n{YYYY}", null), writeTimes(60, "{HH}:{mm}", "\n{D} {MMM} {YYYY}", "\n{D} {MMM}"),
    writeTimes(1, "{HH}:{mm}:{ss}", "\n{D} {MMM} {YYYY}", "\n{D} {MMM}"),
  ];
  const buildAxis = (shown, size, values) => ({
    show: shown, size, values, stroke: readColour("faint"), font: "12px system-ui", grid: { stroke: readColour("line"), width: 1 },
    ticks: { stroke: readColour("line"), width: 1 },
  });

  const draw = (figure) => {
    const chart = JSON.parse(figure.dataset.chart);
    if (!chart.times.length) return;
    const described = describe(chart), isSmall = figure.classList.contains("small");
    const options = {
      width: Math.max(figure.clientWidth, 120), height: isSmall ? SMALL : HEIGHT,
      tzDate: (seconds) => {
        const date = new Date(seconds * 1000);
        return chart.tz === "local" ? date : uPlot.tzDate(date, chart.tz); // the browser is on the same machine
      },
      cursor: {
        drag: { x: Boolean(chart.zoom), y: false, setScale: false },
        dataIdx: (_, __, nearest, at) => nearest - (described.isBars && nearest > 0 && chart.times[nearest] > at), // its bar
      },
      scales: {
        x: { range: (_, first, last) => [first, last + (described.isBars ? chart.step : 0)] },
        y: { range: (_, __, highest) => [0, Math.max((highest || 0) * 1.05, 1)] },
      },
      axes: [buildAxis(!isSmall, 48, TIMES), buildAxis(!isSmall, 56)],
      series: [{ label: "time", value: "{YYYY}-{MM}-{DD} {HH}:{mm}:{ss}" }, ...buildSeries(chart, described)],
      hooks: {
        setSelect: [(plot) => {
          const { left, width } = plot.select;
          if (chart.zoom && width > 2) goTo(chart.zoom, plot.posToVal(left, "x"), plot.posToVal(left + width, "x"));
        }],
      },
    };
    figure.querySelector(".uplot")?.remove();
    const data = [chart.times, ...described.order.map((index) => described.values[index])];
    const plot = new uPlot(options, data, figure);
    plot.root.setAttribute("aria-hidden", "true"); // the table beside it has the same figures
  };

  const drawAll = () => document.querySelectorAll("figure[data-chart]").forEach(draw);

  const say = (words) => {
    const place = document.getElementById("said");
    if (place) place.textContent = words;
  };

  const copy = async (button) => {
    const target = document.getElementById(button.dataset.copy);
    if (!target) return;
    try {
      await navigator.clipboard.writeText(target.textContent);
      say("Copied.");
    } catch {
      getSelection().selectAllChildren(target);
      say("Your browser lets no page copy: it is selected, press Ctrl-C.");
    }
  };

  // `j` and `k` go down and up the rows of the page, Enter opens one as with any link; `/` goes to the query line.
  const step = (by) => {
    const links = [...document.querySelectorAll("[data-rows] a.row")];
    if (!links.length) return;
    const at = links.indexOf(document.activeElement);
    links[Math.min(Math.max(at < 0 && by < 0 ? 0 : at + by, 0), links.length - 1)].focus();
  };
  const KEYS = { j: () => step(1), k: () => step(-1), "/": () => document.querySelector("input[type=search]")?.focus() };

  document.addEventListener("keydown", (event) => {
    const isTyping = event.target.closest("input, select, textarea");
    if (isTyping || event.ctrlKey || event.metaKey || event.altKey || !KEYS[event.key]) return;
    event.preventDefault();
    KEYS[event.key]();
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-copy]");
    if (button) copy(button);
  });
  document.addEventListener("htmx:afterSettle", drawAll);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
  let width = innerWidth;
  addEventListener("resize", () => {
    if (innerWidth !== width) {
      width = innerWidth;
      drawAll();
    }
  });
  drawAll();
})();
