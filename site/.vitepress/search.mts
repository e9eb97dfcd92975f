/** The search: MiniSearch in the browser, over an index that is built with the pages. https://lucaong.github.io/minisearch/ */
import type { DefaultTheme } from "vitepress";

// The functions of `miniSearch` also run in the browser, from their text: they use nothing outside of themselves.
export const searchOptions: DefaultTheme.LocalSearchOptions = {
  // The index holds words, not colors.
  _render: (source, env, markdown) => markdown.set({ highlight: null }).render(source, env),
  miniSearch: {
    options: {
      // DeployKey and BITBUCKET_TOKEN are found as a whole, and by each of their words.
      tokenize: (text) =>
        (text.match(/[\p{L}\p{N}_]+/gu) ?? []).flatMap((word) => {
          const parts = word.split(/_|(?<=[a-z])(?=[A-Z])/);
          return parts.length > 1 ? [word, ...parts] : [word];
        }),
    },
    searchOptions: {
      fuzzy: 0.2,
      prefix: true,
      boost: { title: 4, titles: 2, text: 1 },
      // A page comes before the sections of other pages that have its subject as their heading.
      boostDocument: (_id, _term, fields) =>
        Array.isArray(fields?.titles) && fields.titles.length === 0 ? 2 : 1,
    },
  },
};
