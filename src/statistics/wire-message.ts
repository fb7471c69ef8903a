/**
 * One field of a protocol buffer: bytes that carry their own number and kind
 * (https://protobuf.dev/programming-guides/encoding/).
 */
export type WireField = Uint8Array;

const [VARINT, LENGTH_DELIMITED] = [0, 2];

/** One byte after another. */
export function joinBytes(parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let place = 0;
  for (const part of parts) {
    joined.set(part, place);
    place += part.length;
  }
  return joined;
}

/** A whole number of at least 0, seven bits a byte, the lowest first. */
function buildVarint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return Uint8Array.from([...bytes, rest]);
}

/** A field that holds a whole number of at least 0. */
export function buildNumberField(field: number, value: number): WireField {
  return joinBytes([buildVarint(8 * field + VARINT), buildVarint(value)]);
}

/** A field that holds bytes, or another message. */
export function buildBytesField(field: number, bytes: Uint8Array): WireField {
  return joinBytes([buildVarint(8 * field + LENGTH_DELIMITED), buildVarint(bytes.length), bytes]);
}

export function buildTextField(field: number, text: string): WireField {
  return buildBytesField(field, new TextEncoder().encode(text));
}

/** A field that holds another message, given as its fields. */
export function buildMessageField(field: number, fields: readonly WireField[]): WireField {
  return buildBytesField(field, joinBytes(fields));
}

/** A field of many whole numbers of at least 0, one after the other. */
export function buildNumbersField(field: number, values: readonly number[]): WireField {
  return buildBytesField(field, joinBytes(values.map(buildVarint)));
}
