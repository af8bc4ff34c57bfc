/**
 * Numbers as few bytes: whole multiples of a scale above a base, in 0, 1, 2 or 4 bytes each, else 8 bytes as they are.
 * NaN stands for a missing one. The head is kind (1 byte), whether any is missing (1), six free bytes, base (8), scale (8).
 */
const headBytes = 24;
const widths = [0, 1, 2, 4] as const;
const asTheyAre = 8;

/** Packs numbers; `scales` are tried from the first. */
export function packNumbers(values: Float64Array, scales: readonly number[] = [1]): Buffer {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  let isWhole = true;
  let hasMissing = false;
  for (const value of values) {
    if (Number.isNaN(value)) hasMissing = true;
    else {
      if (value < min) min = value;
      if (value > max) max = value;
      isWhole &&= Number.isSafeInteger(value);
    }
  }
  if (min > max) min = max = 0;
  const scale = scales.find((unit) => isMultiple(values, min, unit)) ?? 1;
  // 0 stands for a missing one, where there are any.
  const shift = hasMissing ? 1 : 0;
  const span = (max - min) / scale + shift;
  const width = isWhole ? widths.find((bytes) => span < 256 ** bytes) : undefined;
  const packed = Buffer.from(new ArrayBuffer(headBytes + values.length * (width ?? asTheyAre)));
  packed[0] = width ?? asTheyAre;
  packed[1] = shift;
  packed.writeDoubleLE(min, 8);
  packed.writeDoubleLE(scale, 16);
  const body = bodyOf(packed, values.length);
  if (body === null) return packed;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    body[i] = body instanceof Float64Array ? value : Number.isNaN(value) ? 0 : (value - min) / scale + shift;
  }
  return packed;
}

function isMultiple(values: Float64Array, base: number, unit: number): boolean {
  if (unit === 1) return true;
  for (const value of values) if (!Number.isNaN(value) && (value - base) % unit !== 0) return false;
  return true;
}

/** Unpacks numbers into an array of 32 or 64 bits; a missing one becomes `missing`. */
export function unpackNumbers<Numbers extends Int32Array | Float64Array | Uint16Array>(
  packed: Buffer,
  into: Numbers,
  missing: number,
): Numbers {
  const hasMissing = packed[1] === 1;
  const min = packed.readDoubleLE(8);
  const scale = packed.readDoubleLE(16);
  const body = bodyOf(packed, into.length);
  if (body === null) return into.fill(min) as Numbers;
  if (body instanceof Float64Array) {
    for (let i = 0; i < into.length; i++) {
      const value = body[i] as number;
      into[i] = Number.isNaN(value) ? missing : value;
    }
  } else if (hasMissing) {
    for (let i = 0; i < into.length; i++) {
      const value = body[i] as number;
      into[i] = value === 0 ? missing : min + (value - 1) * scale;
    }
  } else {
    for (let i = 0; i < into.length; i++) into[i] = min + (body[i] as number) * scale;
  }
  return into;
}

/** The numbers after the head; null where all are the base. The head's length keeps them aligned. */
function bodyOf(packed: Buffer, count: number): Uint8Array | Uint16Array | Uint32Array | Float64Array | null {
  const width = packed[0];
  if (width === 0) return null;
  const isAligned = packed.byteOffset % 8 === 0;
  const bytes = isAligned ? packed : Buffer.from(Uint8Array.from(packed).buffer);
  const at = bytes.byteOffset + headBytes;
  if (width === 1) return new Uint8Array(bytes.buffer, at, count);
  if (width === 2) return new Uint16Array(bytes.buffer, at, count);
  if (width === 4) return new Uint32Array(bytes.buffer, at, count);
  return new Float64Array(bytes.buffer, at, count);
}
