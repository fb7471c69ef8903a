/** An e-mail somebody approved, to a customer or a colleague. */
export interface EmailDraft {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}
