import { renderParagraphs } from '../base/index.ts';
import type { DraftKind, Message, Milestone } from './celebration-types.ts';
import type { CustomerFacts } from './customer-facts-store.ts';
import { buildMergeValues, type MergeContext } from './merge-fields.ts';
import { tidySubject, tidyText } from './message-text.ts';
import { findTemplate, type Template, type TemplateSet } from './read-templates.ts';
import { renderPart } from './template-engine.ts';

/**
 * A message of a template, filled in: no field is left open, the subject is one line of 200 characters at most, every value
 * is escaped in the HTML.
 */
export function renderMessage(template: Template, context: MergeContext): Message {
  const values = buildMergeValues(context);
  const text = tidyText(renderPart(template.text, 'text', values));
  const html =
    template.html === undefined
      ? renderParagraphs(text)
      : tidyText(renderPart(template.html, 'html', values));
  return { subject: tidySubject(renderPart(template.subject, 'subject', values)), text, html };
}

/**
 * The message for a milestone of a customer.
 *
 * @throws TenureError DEFINITION_INVALID where the definition brings a template that cannot be used
 */
export function buildMessage(
  templates: TemplateSet,
  {
    kind,
    milestone,
    customer,
  }: {
    readonly kind: DraftKind;
    readonly milestone: Milestone;
    readonly customer: CustomerFacts;
  },
): Message {
  return renderMessage(findTemplate(templates, kind, milestone), {
    milestone,
    customer,
    product: templates.product,
  });
}
