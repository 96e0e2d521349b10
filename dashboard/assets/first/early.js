/* The page's first requests, begun before its megabytes of scripts are read: what the page is made of, and the
   outlines its map will draw. assets/shell.js hands the answers to whoever asks first. */
(function () {
  "use strict";
  const options = { credentials: "same-origin", headers: { Accept: "application/json", "Content-Type": "application/json" } };
  const answers = new Map();

  function begin(url) {
    const answer = fetch(url, options);
    answers.set(url, answer);
    return answer;
  }

  window.gridmapEarly = (url) => {
    const answer = answers.get(url);
    answers.delete(url);
    return answer;
  };

  // Whoever takes an answer sees its failure; here it would only be told twice.
  const silent = () => {};
  begin("/_dash-dependencies").catch(silent);
  begin("/_dash-layout").then((response) => response.clone().text()).then((text) => {
    // Dash writes a slash as \u002f.
    for (const url of new Set(text.replaceAll("\\u002f", "/").match(/\/outlines\/[\w./?=]+/g))) begin(url).catch(silent);
  }).catch(silent);
})();
