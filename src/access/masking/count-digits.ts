/** How many digits a text of ASCII has; null where it has other characters. Most texts have few, and need no second look. */
export function countDigits(text: string): number | null {
  let count = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit > 0x7f) return null;
    if (unit >= 0x30 && unit <= 0x39) count++;
  }
  return count;
}
