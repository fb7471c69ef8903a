import {
  buildBytesField,
  buildMessageField,
  buildNumberField,
  buildNumbersField,
  buildTextField,
  joinBytes,
  type WireField,
} from './wire-message.ts';

/** Numbers of a shape, all of one kind. */
export interface OnnxTensor {
  readonly kind: 'double' | 'byte' | 'bool';
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

/** What a node is told beside its inputs: a whole number, several, or a tensor. */
export type OnnxAttribute = number | readonly number[] | OnnxTensor;

/** One operation: reads tensors by name and names its result. */
export interface OnnxNode {
  readonly operation: string;
  readonly inputs: readonly string[];
  readonly output: string;
  /** The operator set; the standard one unless given. */
  readonly domain?: string;
  readonly attributes?: Readonly<Record<string, OnnxAttribute>>;
}

/** A graph of operations over doubles. */
export interface OnnxGraph {
  readonly name: string;
  readonly constants: Readonly<Record<string, OnnxTensor>>;
  readonly nodes: readonly OnnxNode[];
  /** Name and number of columns of what goes in and of what comes out; the number of rows is open. */
  readonly input: readonly [string, number];
  readonly outputs: readonly (readonly [string, number])[];
  /** What a reader of the file may want to know, by name. */
  readonly metadata?: Readonly<Record<string, string>> | undefined;
  /** Operator sets and their versions. */
  readonly operators: Readonly<Record<string, number>>;
}

// Numbers of kinds and fields: onnx.proto of the ONNX specification, IR version 8.
const KINDS = { double: 11, byte: 2, bool: 9 } as const;
const [ATTRIBUTE_NUMBER, ATTRIBUTE_TENSOR, ATTRIBUTE_NUMBERS] = [2, 4, 7];
const IR_VERSION = 8;

function buildRawBytes({ kind, values }: OnnxTensor): Uint8Array {
  if (kind !== 'double') return Uint8Array.from(values);
  const view = new DataView(new ArrayBuffer(8 * values.length));
  for (const [place, value] of values.entries()) view.setFloat64(8 * place, value, true);
  return new Uint8Array(view.buffer);
}

function buildTensor(name: string, tensor: OnnxTensor): readonly WireField[] {
  return [
    buildNumbersField(1, tensor.shape),
    buildNumberField(2, KINDS[tensor.kind]),
    buildTextField(8, name),
    buildBytesField(9, buildRawBytes(tensor)),
  ];
}

function isTensor(attribute: OnnxAttribute): attribute is OnnxTensor {
  return typeof attribute === 'object' && 'kind' in attribute;
}

function buildAttribute(name: string, attribute: OnnxAttribute): readonly WireField[] {
  const head = buildTextField(1, name);
  if (typeof attribute === 'number')
    return [head, buildNumberField(3, attribute), buildNumberField(20, ATTRIBUTE_NUMBER)];
  if (isTensor(attribute))
    return [head, buildMessageField(5, buildTensor(name, attribute)), buildNumberField(20, ATTRIBUTE_TENSOR)];
  return [head, buildNumbersField(8, attribute), buildNumberField(20, ATTRIBUTE_NUMBERS)];
}

function buildNode({ operation, inputs, output, domain = '', attributes = {} }: OnnxNode) {
  return [
    ...inputs.map((input) => buildTextField(1, input)),
    buildTextField(2, output),
    buildTextField(3, output),
    buildTextField(4, operation),
    ...Object.entries(attributes).map(([name, value]) => buildMessageField(5, buildAttribute(name, value))),
    buildTextField(7, domain),
  ];
}

/** A table of doubles: as many rows as there are, and so many columns. */
function buildTable([name, columns]: readonly [string, number]): readonly WireField[] {
  const shape = [
    buildMessageField(1, [buildTextField(2, 'rows')]),
    buildMessageField(1, [buildNumberField(1, columns)]),
  ];
  const tensor = [buildNumberField(1, KINDS.double), buildMessageField(2, shape)];
  return [buildTextField(1, name), buildMessageField(2, [buildMessageField(1, tensor)])];
}

/**
 * The bytes of an ONNX model file that holds the graph. The same graph gives the same bytes.
 *
 * @example
 * renderOnnxGraph({
 *   name: 'identity', constants: {}, nodes: [{ operation: 'Identity', inputs: ['x'], output: 'y' }],
 *   input: ['x', 1], outputs: [['y', 1]], operators: { '': 17 },
 * });
 */
export function renderOnnxGraph(graph: OnnxGraph): Uint8Array {
  const fields = [
    ...graph.nodes.map((node) => buildMessageField(1, buildNode(node))),
    buildTextField(2, graph.name),
    ...Object.entries(graph.constants).map(([name, tensor]) =>
      buildMessageField(5, buildTensor(name, tensor)),
    ),
    buildMessageField(11, buildTable(graph.input)),
    ...graph.outputs.map((output) => buildMessageField(12, buildTable(output))),
  ];
  return joinBytes([
    buildNumberField(1, IR_VERSION),
    buildTextField(2, 'tenure'),
    buildMessageField(7, fields),
    ...Object.entries(graph.metadata ?? {}).map(([name, text]) =>
      buildMessageField(14, [buildTextField(1, name), buildTextField(2, text)]),
    ),
    ...Object.entries(graph.operators).map(([domain, version]) =>
      buildMessageField(8, [buildTextField(1, domain), buildNumberField(2, version)]),
    ),
  ]);
}
