import type { MaskedSql } from './sql-mask.ts';
import { listSelectLists, type SqlShape } from './sql-shape.ts';

/** A breach of a rule at an offset of the masked text. */
export interface Finding {
  readonly offset: number;
  readonly message: string;
}

/** One rule about the SQL of a model. */
export interface StyleRule {
  readonly name: string;
  check(sql: MaskedSql, shape: SqlShape): readonly Finding[];
}

const MAXIMUM_LINES = 150;
const MAXIMUM_CTES = 6;

function findAll(text: string, pattern: RegExp, describe: (found: string) => string): Finding[] {
  return [...text.matchAll(pattern)].map((match) => ({
    offset: match.index,
    message: describe(match[0].trim()),
  }));
}

/** The database's clock in SQL, and dbt's macros for it in Jinja. */
const CLOCK =
  /(?<![.\w"])(?:current_date|current_timestamp|current_time|localtimestamp|localtime|sysdate)\b(?!\s*\.)|(?<![.\w"])(?:now|getdate|today|clock_timestamp|statement_timestamp|transaction_timestamp|get_current_timestamp|get_current_time)\s*\(/gi;
const CLOCK_MACRO = /\b(?:dbt\s*\.\s*)?current_timestamp\w*\s*\(/g;

/** Where a text reads the database's clock; for models and for the macros they use. */
export function findClocks(sql: MaskedSql): Finding[] {
  const describe = (found: string): string =>
    `${found.replace(/\s*\($/, '()')} reads the clock: use the variable as_of`;
  return [...findAll(sql.text, CLOCK, describe), ...findAll(sql.jinja, CLOCK_MACRO, describe)];
}

const KEYWORDS =
  'ALL AND ANY AS ASC BETWEEN BIGINT BOOLEAN BY CASE CAST COALESCE COUNT CROSS DATE DECIMAL DESC DISTINCT DOUBLE ELSE END EXCEPT EXISTS FALSE FILTER FROM FULL GROUP HAVING IN INNER INTEGER INTERSECT INTERVAL IS JOIN LAG LEAD LEFT LIKE LIMIT MAX MIN NOT NULL NULLIF NUMERIC OFFSET ON OR ORDER OUTER OVER PARTITION RANGE RIGHT ROW_NUMBER ROWS SELECT SUM AVG THEN TIMESTAMP TRUE UNION USING VARCHAR TEXT WHEN WHERE WINDOW WITH'.split(
    ' ',
  );
const UPPER_KEYWORD = new RegExp(`(?<![.\\w"])(?:${KEYWORDS.join('|')})\\b(?!")`, 'g');

const lowerCase: StyleRule = {
  name: 'lower-case',
  check: ({ text }) => findAll(text, UPPER_KEYWORD, (found) => `write ${found.toLowerCase()} in lower case`),
};

const noClock: StyleRule = { name: 'no-clock', check: findClocks };

/** The table after the `from` that belongs to a select at `offset`. */
function findFrom(text: string, offset: number): string | null {
  let depth = 0;
  for (const match of text.slice(offset).matchAll(/[()]|\bfrom\s+(\w+)/gi)) {
    if (match[0] === '(') depth += 1;
    else if (match[0] === ')') depth -= 1;
    else if (depth === 0) return match[1] ?? null;
    if (depth < 0) return null;
  }
  return null;
}

/** `*` may pass on the columns of a CTE of the same file; from anywhere else it hides what a model reads. */
const noSelectStar: StyleRule = {
  name: 'no-select-star',
  check: ({ text }, shape) => {
    const imports = shape.ctes.filter((cte) => cte.isImport);
    const names = new Set(shape.ctes.map((cte) => cte.name.toLowerCase()));
    const isAllowed = (offset: number): boolean =>
      imports.some((cte) => offset >= cte.bodyStart && offset < cte.bodyStart + cte.body.length) ||
      names.has(findFrom(text, offset)?.toLowerCase() ?? '');
    const stars = /(?<=\bselect\s+(?:distinct\s+)?)(?:\w+\.)?\*|(?<=,\s*)\w+\.\*/gi;
    return findAll(text, stars, () => 'name the columns, or bring them in through an import').filter(
      (finding) => !isAllowed(finding.offset),
    );
  },
};

const importsFirst: StyleRule = {
  name: 'imports-first',
  check: ({ text }, shape) => {
    const findings: Finding[] = [];
    const lastImport = shape.ctes.findLastIndex((cte) => cte.isImport);
    shape.ctes.forEach((cte, index) => {
      if (!cte.isImport && index < lastImport) {
        findings.push({
          offset: cte.start,
          message: `${cte.name} stands before the import ${shape.ctes[lastImport]?.name}: imports come first`,
        });
      }
    });
    const outside = findAll(
      text,
      /\brelation_*\b/g,
      () => 'bring models and sources in through an import: name as (select * from …)',
    );
    return [
      ...findings,
      ...outside.filter(
        ({ offset }) =>
          !shape.ctes.some(
            (cte) => cte.isImport && offset >= cte.bodyStart && offset < cte.bodyStart + cte.body.length,
          ),
      ),
    ];
  },
};

const endsWithFinal: StyleRule = {
  name: 'ends-with-final',
  check: (_sql, shape) =>
    /^\s*select\s+\*\s+from\s+final\s*;?\s*$/i.test(shape.main)
      ? []
      : [
          {
            offset: shape.mainStart + (shape.main.length - shape.main.trimStart().length),
            message: 'the last line is: select * from final',
          },
        ],
};

const length: StyleRule = {
  name: 'length',
  check: ({ text }, shape) => {
    const lines = text.trimEnd().split('\n').length;
    const own = shape.ctes.filter((cte) => !cte.isImport);
    return [
      ...(lines > MAXIMUM_LINES ? [{ offset: 0, message: `${lines} lines; ${MAXIMUM_LINES} at most` }] : []),
      ...(own.length > MAXIMUM_CTES
        ? [
            {
              offset: own[MAXIMUM_CTES]?.start ?? 0,
              message: `${own.length} CTEs beside the imports; ${MAXIMUM_CTES} at most: make a model of some`,
            },
          ]
        : []),
    ];
  },
};

const portable: StyleRule = {
  name: 'portable',
  check: ({ text }) => [
    ...findAll(
      text,
      /\b(?:qualify|unpivot|pivot)\b(?!\s*[.,)])/gi,
      (found) => `${found} is not portable: use a subquery with a where`,
    ),
    ...findAll(
      text,
      /::\s*(?:float|real)\b|\bas\s+(?:float|real)\s*\)/gi,
      (found) => `${found.replace(/\s*\)$/, '')} is 32 bits on some engines: use a macro such as to_float`,
    ),
  ],
};

/** A later item that uses the name of an earlier one, when nothing before it could be a column of that name. */
const noLateralAlias: StyleRule = {
  name: 'no-lateral-alias',
  check: ({ text }) => {
    const findings: Finding[] = [];
    for (const items of listSelectLists(text)) {
      items.forEach((item, index) => {
        if (item.alias === null || /^\s*\w+\s*$/.test(item.text)) return;
        const word = new RegExp(`(?<![.\\w"'])${item.alias}\\b(?!\\s*[.(])`, 'i');
        const aliasAt = item.start + item.text.length - item.alias.length;
        if (new RegExp(`\\b${item.alias}\\b`, 'i').test(text.slice(0, aliasAt))) return;
        for (const later of items.slice(index + 1)) {
          const body = later.text.replace(/\bas\s+\w+$/i, '');
          const match = word.exec(body);
          if (match !== null)
            findings.push({
              offset: later.start + match.index,
              message: `${item.alias} is an alias of the same select: repeat the expression or use a CTE`,
            });
        }
      });
    }
    return findings;
  },
};

const explicitJoin: StyleRule = {
  name: 'explicit-join',
  check: ({ text }) => [
    ...findAll(
      text,
      /(?<!\b(?:inner|cross|left|right|full|outer|semi|anti|asof|positional)\s+)\bjoin\b/gi,
      () => 'say which join: inner join, left join …',
    ),
    ...findAll(text, /\bnatural\s+(?:\w+\s+)*join\b/gi, () => 'write the condition of the join'),
    ...findAll(
      text,
      /\bfrom\s+\w+(?:\s+(?:as\s+)?(?!where\b|group\b|order\b|inner\b|left\b|right\b|full\b|cross\b|join\b|union\b)\w+)?\s*,(?!\s*\()/gi,
      () => 'join the tables instead of listing them',
    ),
  ],
};

const NOT_AN_ALIAS =
  /^(?:end|null|true|false|asc|desc|distinct|first|last|nulls|rows|preceding|following|unbounded|row|current|day|month|year|hour|minute|second|week|quarter|and|or|not|is|in|like|then|else|when|case|as)$/i;
const OPERATOR_WORD =
  /^(?:and|or|not|is|in|like|ilike|between|then|else|when|case|as|interval|from|over|distinct|date|timestamp|timestamptz|time|collate|by|on|at|zone|select|all|any|some|exists|escape)$/i;

/** An item whose last word follows an operand without `as`. */
const explicitAlias: StyleRule = {
  name: 'explicit-alias',
  check: ({ text }) =>
    listSelectLists(text)
      .flat()
      .filter((item) => {
        const match = /(?<before>[\w)\]'"]+)\s+(?<last>"?[A-Za-z_]\w*"?)$/.exec(item.text);
        const last = match?.groups?.['last'] ?? '';
        const before = match?.groups?.['before'] ?? '';
        return (
          match !== null && !NOT_AN_ALIAS.test(last) && !OPERATOR_WORD.test(before) && !/^jinja/.test(last)
        );
      })
      .map((item) => ({
        offset: item.start,
        message: `write as before the name: ${item.text.split(/\s+/).at(-1)}`,
      })),
};

/** The rules about the SQL of models, in the order in which they are reported. */
export const STYLE_RULES: readonly StyleRule[] = [
  noClock,
  lowerCase,
  noSelectStar,
  importsFirst,
  endsWithFinal,
  length,
  portable,
  noLateralAlias,
  explicitJoin,
  explicitAlias,
];
