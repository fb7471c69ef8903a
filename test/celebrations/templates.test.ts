import fs from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { type DefaultTreeAdapterMap, parseFragment } from 'parse5';
import { describe, expect, it } from 'vitest';
import { PACKAGE_ROOT } from '../../src/app/index.ts';
import {
  buildMergeValues,
  MERGE_FIELDS,
  type MergeContext,
  parseOwnTemplate,
  renderMessage,
  type Template,
} from '../../src/celebrations/index.ts';
import { KNOWN, readError, readPack, UNKNOWN } from './packs.ts';

const pack = readPack();
const templates = Object.entries(pack.templates);

type Node = DefaultTreeAdapterMap['node'];

interface Html {
  readonly problems: readonly string[];
  readonly elements: readonly string[];
  readonly attributes: readonly string[];
  readonly text: string;
}

function parseHtml(html: string): Html {
  const problems: string[] = [];
  const elements: string[] = [];
  const attributes: string[] = [];
  let text = '';
  const visit = (node: Node): void => {
    if ('tagName' in node) {
      elements.push(node.tagName);
      attributes.push(...node.attrs.map(({ name }) => name));
    }
    if (node.nodeName === '#text') text += (node as { value: string }).value;
    if ('childNodes' in node) for (const child of node.childNodes) visit(child);
  };
  visit(
    parseFragment(html, { onParseError: ({ code }) => problems.push(code), sourceCodeLocationInfo: true }),
  );
  return { problems, elements, attributes, text };
}

/** What nobody should ever be sent. */
function checkText(text: string): readonly string[] {
  const rules: readonly (readonly [string, RegExp])[] = [
    ['an unfilled field', /\{\{|\{%|\}\}|%\}/],
    ['two spaces', / {2}|\t/],
    ['a space before a comma', / [,.;!?](?:\s|$)/m],
    ['an empty greeting', /^Hi\s*,/m],
    ['half a character', /\p{Surrogate}/u],
    ['a control character', /(?!\n)\p{Cc}/u],
    ['a direction mark', /[\u202a-\u202e\u2066-\u2069]/],
  ];
  return rules.filter(([, pattern]) => pattern.test(text)).map(([rule]) => rule);
}

function checkMessage(template: Template, context: MergeContext): readonly string[] {
  const { subject, text, html } = renderMessage(template, context);
  const parsed = parseHtml(html);
  const plain = parseHtml(renderMessage(template, UNKNOWN).html);
  const problems = [...checkText(subject), ...checkText(text), ...checkText(parsed.text), ...parsed.problems];
  if (subject.length === 0 || subject.length > 200) problems.push(`a subject of ${subject.length}`);
  if (/[\r\n]/.test(subject)) problems.push('a subject of several lines');
  if (`${parsed.elements} ${parsed.attributes}` !== `${plain.elements} ${plain.attributes}`)
    problems.push(`a value became HTML: ${parsed.elements}`);
  return problems;
}

const hostile = fc.constantFrom(
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  '{{first_name}}',
  '{% raw %}{{ company }}{% endraw %}',
  '{{ company | raw }}',
  '{',
  '}}',
  "' onmouseover='alert(1)",
  'Bcc: all@example.com\r\nSubject: other',
  '&lt;b&gt; &amp;',
  'x'.repeat(10_000),
  '\u{1F389}'.repeat(5000),
  '\ud83c',
  '\u202Eevil\u202C',
  'a\u0000b',
  '   ',
  '',
  'null',
  'undefined',
  'NaN',
  'N/A',
  '[object Object]',
  'José  Muñoz',
  'Müller , Anna',
  ', Anna',
  '. (Anna',
  ' ! ?, ',
  '王小明',
  'مريم',
  '-->',
  ']]>',
);
const words = fc.oneof(
  { weight: 3, arbitrary: hostile },
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
);
const value = fc.oneof(
  words,
  fc.constant(null),
  // What a caller without types might hand over.
  fc.constantFrom(undefined, Number.NaN, 7, {}) as fc.Arbitrary<unknown> as fc.Arbitrary<null>,
);
const date = fc.oneof(value, fc.constantFrom('2025-05-12', '2026-01-29T09:30:00Z', '9999-99-99'));
const contexts: fc.Arbitrary<MergeContext> = fc.record({
  milestone: fc.record({ name: value, value, achievedAt: date }),
  customer: fc.record({
    name: value,
    contactName: value,
    signupDate: date,
    planTier: value,
    timezone: value,
    csmName: value,
  }),
  product: value,
});

describe('the templates of the package', () => {
  it('are there for every type of milestone and every kind of draft', () => {
    expect(templates.map(([name]) => name).sort()).toEqual([
      'adoption',
      'business',
      'case_study',
      'custom',
      'gift',
      'social',
      'time',
      'usage',
    ]);
    for (const [name, template] of templates) expect(template.html, name).toContain('<p>');
  });

  it('say what is known', () => {
    expect(renderMessage(pack.templates['usage'] as Template, KNOWN)).toEqual({
      subject: 'Congratulations, GrowthCorp: 1 Million API Calls',
      text: [
        'Hi Ines,',
        'Congratulations: 1 Million API Calls!\nYou got there on January 29, 2026, after 8 months with us.',
        'Figures like this come from the people who put Acme Cloud to work every day. Please pass our thanks on to everybody at GrowthCorp who had a part in it.',
        'Omar Diaz',
      ].join('\n\n'),
      html: expect.stringContaining('Congratulations: <strong>1 Million API Calls</strong>!'),
    });
  });

  it('read as well where nothing is known', () => {
    const { subject, text } = renderMessage(pack.templates['usage'] as Template, UNKNOWN);
    expect(subject).toBe('Congratulations: a new milestone');
    expect(text).toBe(
      [
        'Hi there,',
        'Congratulations: a new milestone!',
        'Figures like this come from the people who put our product to work every day. Please pass our thanks on to everybody at your team who had a part in it.',
        'Your customer success team',
      ].join('\n\n'),
    );
  });

  it('leave no field open and no value outside its place, whatever is filled in', () => {
    fc.assert(
      fc.property(fc.constantFrom(...templates), contexts, ([, template], context) => {
        expect(checkMessage(template, context)).toEqual([]);
      }),
      { numRuns: 3000 },
    );
  });

  it('do so for every hostile value in every field', () => {
    for (const [, template] of templates) {
      for (const text of fc.sample(words, 60)) {
        const { milestone, customer } = UNKNOWN;
        const fill = (keys: object) => Object.fromEntries(Object.keys(keys).map((key) => [key, text]));
        const context = { milestone: fill(milestone), customer: fill(customer), product: text };
        expect(checkMessage(template, context as unknown as MergeContext)).toEqual([]);
      }
    }
  });

  it('show nothing for what other systems write where they have nothing', () => {
    for (const nothing of ['null', 'undefined', 'NaN', 'N/A', ' - ', '{{first_name}}', '[object Object]']) {
      const fill = (keys: object) => Object.fromEntries(Object.keys(keys).map((key) => [key, nothing]));
      const context = { milestone: fill(KNOWN.milestone), customer: fill(KNOWN.customer), product: nothing };
      for (const [, template] of templates)
        expect(renderMessage(template, context as unknown as MergeContext)).toEqual(
          renderMessage(template, UNKNOWN),
        );
    }
  });
});

describe('merge fields', () => {
  it('are those of the page', () => {
    const page = fs.readFileSync(path.join(PACKAGE_ROOT, 'docs', 'celebrations.md'), 'utf8');
    const rows = page.split('\n').filter((line) => /^\| `\w+` \|/.test(line));
    expect(rows).toEqual(
      MERGE_FIELDS.map(({ name, means, fallback }) => `| \`${name}\` | ${means} | ${fallback} |`),
    );
    const own = /```yaml\n(product[\s\S]*?)```/.exec(page)?.[1] ?? '';
    expect(readPack(own).definitions['First integration']?.subject).toBe('Connected');
  });

  it('all have a fallback that can be read in their place', () => {
    const values = buildMergeValues(UNKNOWN);
    for (const { name, fallback } of MERGE_FIELDS) {
      expect(fallback).toMatch(/\S/);
      expect([values[name], values[`has_${name}`]]).toEqual([fallback, false]);
    }
    expect(buildMergeValues(KNOWN)).toMatchObject({
      first_name: 'Ines',
      has_first_name: true,
      milestone_value: '1,000,000',
      customer_since: 'May 2025',
      time_to_milestone: '8 months',
      plan: 'Growth',
    });
  });

  it.each([
    ['Roth, Ines', 'Ines'],
    ['prof. dr. Ines Roth', 'Ines'],
    ['Christopher Null', 'Christopher'],
    ['ines@growth.example', 'there'],
    ['王小明', '王小明'],
    ['Dr.', 'there'],
    ['  Anna-Lena\tvon  Berg', 'Anna-Lena'],
  ])('greet %s as %s', (contactName, expected) => {
    const customer = { ...KNOWN.customer, contactName };
    expect(buildMergeValues({ ...KNOWN, customer })['first_name']).toBe(expected);
  });

  it.each([
    [', Anna Works', 'Anna Works'],
    [' . ,; Works!', 'Works!'],
    ['.NET, Inc.', '.NET, Inc.'],
    [',', 'your team'],
    [' ! ?', 'your team'],
  ])('take %s for the company %s', (name, expected) => {
    const customer = { ...KNOWN.customer, name };
    expect(buildMergeValues({ ...KNOWN, customer })['company']).toBe(expected);
  });

  it('date a milestone in the time zone of the customer', () => {
    const milestone = { ...KNOWN.milestone, achievedAt: '2026-01-29T23:30:00Z' };
    const at = (timezone: string) =>
      buildMergeValues({ ...KNOWN, milestone, customer: { ...KNOWN.customer, timezone } })['achieved_on'];
    expect(at('Europe/Berlin')).toBe('January 30, 2026');
    expect(at('America/New_York')).toBe('January 29, 2026');
    expect(at('Middle/Earth')).toBe('January 29, 2026');
  });

  it('count the time to it on that calendar too; a figure of a whole day has its day in UTC', () => {
    const fill = (achievedAt: string, rest: { timezone: string; isWholeDay?: boolean }) => {
      const { isWholeDay = false, timezone } = rest;
      const customer = { ...KNOWN.customer, timezone, signupDate: '2024-02-29' };
      const milestone = { ...KNOWN.milestone, achievedAt, isWholeDay };
      const values = buildMergeValues({ ...KNOWN, milestone, customer });
      return [values['achieved_on'], values['time_to_milestone']];
    };
    const year = ['February 28, 2025', '12 months'];
    expect(fill('2025-02-28T00:00:00Z', { timezone: 'UTC' })).toEqual(year);
    expect(fill('2025-02-27T10:00:00Z', { timezone: 'Pacific/Kiritimati' })).toEqual(year);
    expect(fill('2025-02-28T00:00:00Z', { timezone: 'Pacific/Pago_Pago', isWholeDay: true })).toEqual(year);
  });
});

describe('templates of a workspace', () => {
  const usage = (text: string) => `templates:\n  usage:\n    subject: Well done\n    text: |\n${text}`;

  it('stand in for those of the package, by type or by definition', () => {
    const own = readPack(
      `product: Acme Cloud\n${usage('      Hurray, {{ first_name }}!\n')}definitions:\n  First year: {subject: One year, text: 'A year with {{ product }}.'}\n`,
    );
    expect(own.product).toBe('Acme Cloud');
    expect(renderMessage(own.templates['usage'] as Template, KNOWN)).toEqual({
      subject: 'Well done',
      text: 'Hurray, Ines!',
      html: '<p>Hurray, Ines!</p>',
    });
    expect(own.templates['time']).toEqual(pack.templates['time']);
    expect(own.definitions['First year']?.subject).toBe('One year');
  });

  const fields = `Fields: ${MERGE_FIELDS.map(({ name }) => name).join(', ')}; has_ before a name asks whether it is known.`;

  it.each([
    [
      usage('      Hi,\n      dear {{ frist_name }}\n'),
      `celebrations.yml:6: templates.usage.text: there is no field frist_name. Did you mean first_name? ${fields}`,
    ],
    [
      usage('      {% if has_compny %}x{% endif %}\n'),
      `celebrations.yml:5: templates.usage.text: there is no field has_compny. Did you mean has_company? ${fields}`,
    ],
    [usage('      {{ company.size }}\n'), `there is no field company.size.`],
    [usage('      {{ constructor }}\n'), `there is no field constructor.`],
    [
      usage('      a\n      b\n      {{ company | upcse }}\n'),
      'celebrations.yml:7: templates.usage.text: there is no filter upcse. Did you mean upcase? Filters: ',
    ],
    [usage('      {{ company | raw }}\n'), 'there is no filter raw.'],
    [usage('      {% for x in company %}{% endfor %}\n'), 'there is no tag for. Tags: if, unless, case'],
    [usage(`      {% include '/etc/passwd' %}\n`), 'there is no tag include.'],
    [usage('      {% raw %}{{ first_name }}{% endraw %}\n'), 'there is no tag raw.'],
    [usage('      {{ "{{first_name" }}\n'), 'a brace stands inside braces.'],
    [
      usage('      {{ company \n'),
      'celebrations.yml:5: templates.usage.text: output "{{ company " not closed.',
    ],
    [usage('      {{ company | truncate: "x", company.a }}\n'), 'there is no field company.a.'],
    [usage('      {% comment %}{% endcomment %}\n'), 'it says nothing.'],
    [usage(`      ${'x'.repeat(20_001)}\n`), 'it has 20002 characters, more than 20000.'],
    [
      'templates: {usage: {subject: x, text: x, html: "<a href={{ company }}>x</a>"}}',
      'celebrations.yml:1: templates.usage.html: put the value of the attribute in quotes.',
    ],
    ['templates: {usage: {subject: x, text: x, html: "<script>x</script>"}}', 'this element may not stand'],
    ['templates: {usage: {subject: x, text: x, html: "<p onclick=x>x</p>"}}', 'a message runs nothing.'],
    ['templates: {usge: {subject: x, text: x}}', 'there is no such setting. Did you mean usage?'],
    ['templates: {usage: {subject: x}}', 'templates.usage.text: is missing: a string.'],
    [
      "definitions:\n  First year:\n    subject: x\n    text: '{{ comp }}'\n",
      'celebrations.yml:4: definitions.First year.text: there is no field comp.',
    ],
  ])('are refused where they are wrong, %#', (own, expected) => {
    expect(readError(() => readPack(own))).toContain(expected);
  });

  it('may stand in the definition of a milestone', () => {
    const usual = pack.templates['usage'] as Template;
    const read = (text: string) => parseOwnTemplate(text, { definition: '1M calls', usual });
    expect(read('Subject: Hurray, {{ company }}\nHi {{ first_name }}!')).toEqual({
      subject: 'Hurray, {{ company }}',
      text: 'Hi {{ first_name }}!',
    });
    expect(read('Hi {{ first_name }}!').subject).toBe(usual.subject);
    expect(readError(() => read('Subject: x\n\nHi {{ fname }}!'))).toContain(
      'celebration_template of 1M calls:3: text: there is no field fname.',
    );
    expect(readError(() => read('Subject: {{ fname }}\nx'))).toContain('of 1M calls:1: subject: there is no');
  });
});
