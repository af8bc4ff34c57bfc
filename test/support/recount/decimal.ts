const digits = 30;

/** An exact decimal as a whole number of its 30th fractional digit. */
export function readDecimal(text: string): bigint {
  const [whole = '', fraction = ''] = text.replace('-', '').split('.');
  const size = BigInt(whole + fraction.padEnd(digits, '0'));
  return text.startsWith('-') ? -size : size;
}

/** The shortest text of an exact decimal. */
export function writeDecimal(value: bigint): string {
  const text = String(value < 0n ? -value : value).padStart(digits + 1, '0');
  const fraction = text.slice(-digits).replace(/0+$/, '');
  return `${value < 0n ? '-' : ''}${text.slice(0, -digits)}${fraction && `.${fraction}`}`;
}
