/** GGUF version 3, the file format of llama.cpp: header, metadata, tensor table, tensor data. Little-endian throughout. */

const MAGIC = 'GGUF';
const VERSION = 3;
const ALIGNMENT_BYTES = 32;

const VALUE_TYPE = { u32: 4, i32: 5, f32: 6, bool: 7, string: 8, array: 9 } as const;
const TENSOR_TYPE = { f32: 0, f16: 1 } as const;

export type TensorType = keyof typeof TENSOR_TYPE;

/** The number of `general.file_type` for files whose matrices have this type. */
export const fileTypeOf = (type: TensorType): number => TENSOR_TYPE[type];

export type GgufScalar =
  | { readonly type: 'u32' | 'i32' | 'f32'; readonly value: number }
  | { readonly type: 'bool'; readonly value: boolean }
  | { readonly type: 'string'; readonly value: string };

export type GgufValue =
  | GgufScalar
  | { readonly type: 'strings'; readonly value: readonly string[] }
  | { readonly type: 'i32s'; readonly value: readonly number[] };

export type GgufTensor = {
  readonly name: string;
  /** Fastest-moving dimension first. */
  readonly dimensions: readonly number[];
  readonly type: TensorType;
  readonly data: Float32Array;
};

export type GgufFile = {
  /** Written in this order. */
  readonly metadata: Readonly<Record<string, GgufValue>>;
  readonly tensors: readonly GgufTensor[];
};

export function writeGguf({ metadata, tensors }: GgufFile): Buffer {
  const out = createByteWriter();
  const entries = Object.entries(metadata);
  out.raw(Buffer.from(MAGIC));
  out.u32(VERSION);
  out.u64(tensors.length);
  out.u64(entries.length);
  for (const [key, value] of entries) {
    out.string(key);
    writeValue(out, value);
  }
  const blobs = tensors.map(({ type, data }) => padded(type === 'f16' ? toHalfBytes(data) : bytesOf(data)));
  let offset = 0;
  for (const [index, { name, dimensions, type }] of tensors.entries()) {
    out.string(name);
    out.u32(dimensions.length);
    for (const dimension of dimensions) out.u64(dimension);
    out.u32(TENSOR_TYPE[type]);
    out.u64(offset);
    offset += blobs[index]?.length ?? 0;
  }
  return Buffer.concat([padded(out.bytes()), ...blobs]);
}

function writeValue(out: ByteWriter, value: GgufValue): void {
  if (value.type !== 'strings' && value.type !== 'i32s') {
    out.u32(VALUE_TYPE[value.type]);
    return writeScalar(out, value);
  }
  out.u32(VALUE_TYPE.array);
  out.u32(value.type === 'strings' ? VALUE_TYPE.string : VALUE_TYPE.i32);
  out.u64(value.value.length);
  if (value.type === 'strings') for (const item of value.value) out.string(item);
  else for (const item of value.value) out.i32(item);
}

function writeScalar(out: ByteWriter, scalar: GgufScalar): void {
  switch (scalar.type) {
    case 'bool':
      return out.raw(Uint8Array.of(scalar.value ? 1 : 0));
    case 'string':
      return out.string(scalar.value);
    default:
      return out[scalar.type](scalar.value);
  }
}

type ByteWriter = ReturnType<typeof createByteWriter>;

function createByteWriter() {
  const parts: Uint8Array[] = [];
  const fixed = (size: number, write: (buffer: Buffer) => void) => {
    const buffer = Buffer.alloc(size);
    write(buffer);
    parts.push(buffer);
  };
  const u64 = (value: number) => fixed(8, (buffer) => buffer.writeBigUInt64LE(BigInt(value)));
  return {
    raw: (bytes: Uint8Array) => void parts.push(bytes),
    u32: (value: number) => fixed(4, (buffer) => buffer.writeUInt32LE(value)),
    i32: (value: number) => fixed(4, (buffer) => buffer.writeInt32LE(value)),
    f32: (value: number) => fixed(4, (buffer) => buffer.writeFloatLE(value)),
    u64,
    string(text: string) {
      const bytes = Buffer.from(text, 'utf8');
      u64(bytes.length);
      parts.push(bytes);
    },
    bytes: () => Buffer.concat(parts),
  };
}

const bytesOf = (data: Float32Array) => Buffer.from(data.buffer, data.byteOffset, data.byteLength);

function padded(bytes: Buffer): Buffer {
  const rest = bytes.length % ALIGNMENT_BYTES;
  return rest === 0 ? bytes : Buffer.concat([bytes, Buffer.alloc(ALIGNMENT_BYTES - rest)]);
}

function toHalfBytes(data: Float32Array): Buffer {
  const bytes = Buffer.alloc(data.length * 2);
  const bits = new Uint32Array(data.buffer, data.byteOffset, data.length);
  bits.forEach((value, index) => bytes.writeUInt16LE(halfOf(value), index * 2));
  return bytes;
}

/** The bits of a 32-bit float as a 16-bit float, rounded to nearest, ties to even. */
export function halfOf(bits: number): number {
  const sign = (bits >>> 16) & 0x8000;
  const exponent = ((bits >>> 23) & 0xff) - 112; // bias 127 becomes bias 15
  const mantissa = bits & 0x7fffff;
  if (exponent >= 31) return sign | 0x7c00; // too large: infinity
  if (exponent < -10) return sign; // too small: zero
  if (exponent <= 0) return sign | shiftToEven(mantissa | 0x800000, 14 - exponent); // subnormal
  return sign + ((exponent << 10) + shiftToEven(mantissa, 13)); // a carry moves into the exponent as it should
}

function shiftToEven(value: number, shift: number): number {
  const kept = value >>> shift;
  const rest = value & ((1 << shift) - 1);
  const half = 1 << (shift - 1);
  return rest > half || (rest === half && (kept & 1) === 1) ? kept + 1 : kept;
}
