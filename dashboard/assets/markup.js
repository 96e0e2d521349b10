/* gridmap.Markup: a panel's elements, drawn by React without a Dash component each.
   props: tree, nodes that are a text or [tag, attributes, ...children]; `link` goes to another address of the site
   without loading the page, as dcc.Link does. */
window.gridmap = window.gridmap || {};
(function (gridmap) {
  "use strict";
  const { createElement, Fragment } = window.React;
  /* What names a row among its siblings: it keeps its element, and a keyboard's place on it, wherever it moves. */
  const NAMES = ["data-code", "data-category", "data-ledger", "data-key"];

  function go(event, href) {
    if (event.metaKey || event.shiftKey || event.altKey || event.ctrlKey) return;
    event.preventDefault();
    window.history.pushState({}, "", href);
    window.dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
    window.scrollTo(0, 0);
  }

  function key(attributes) {
    const name = NAMES.find((one) => attributes[one]);
    return name && `${name} ${attributes[name]}`;
  }

  function element(node) {
    if (!Array.isArray(node)) return node;
    const [tag, attributes, ...children] = node;
    const props = { ...attributes };
    const named = key(attributes);
    if (named) props.key = named;
    if (tag === "link") {
      props.href = window.dash_clientside.clean_url(attributes.href);
      props.onClick = (event) => go(event, props.href);
    }
    return createElement(tag === "link" ? "a" : tag, props, ...children.map(element));
  }

  gridmap.Markup = function ({ tree }) {
    return createElement(Fragment, null, ...(tree || []).map(element));
  };
})(window.gridmap);
