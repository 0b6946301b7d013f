// The order in which gopkg.in/yaml.v2 prints the keys of maps: letters after everything else, and numbers inside names by
// their value, so that `a2` comes before `a10`.

/** Compares two keys as yaml.v2's `keyList.Less` does. */
export function compareKeys(a: string, b: string): number {
  const left = [...a];
  const right = [...b];
  for (let i = 0; i < left.length && i < right.length; i++) {
    if (left[i] === right[i]) continue;
    const leftLetter = isLetter(left[i]!);
    const rightLetter = isLetter(right[i]!);
    if (leftLetter !== rightLetter) return rightLetter ? -1 : 1;
    if (!leftLetter) {
      const start = hasNumberBefore(left, i) && (left[i] === '0' || right[i] === '0') ? '1' : '';
      const leftNumber = start + digitsAt(left, i);
      const rightNumber = start + digitsAt(right, i);
      const order = Number(leftNumber) - Number(rightNumber) || leftNumber.length - rightNumber.length;
      if (order !== 0) return order;
    }
    return left[i]!.codePointAt(0)! - right[i]!.codePointAt(0)!;
  }
  return left.length - right.length;
}

function isLetter(sign: string): boolean {
  return /^\p{L}$/u.test(sign);
}

/** Whether the digits right before this place hold more than zeros: then a zero here is part of their number. */
function hasNumberBefore(signs: readonly string[], end: number): boolean {
  for (let i = end - 1; i >= 0 && /^\p{Nd}$/u.test(signs[i]!); i--) {
    if (signs[i] !== '0') return true;
  }
  return false;
}

function digitsAt(signs: readonly string[], start: number): string {
  let digits = '';
  for (let i = start; i < signs.length && /^[0-9]$/.test(signs[i]!); i++) digits += signs[i];
  return digits;
}
