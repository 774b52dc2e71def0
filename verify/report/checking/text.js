// A certificate as text: parsed strictly, and sealed. Objects are Maps, so that no key means anything to JavaScript.

const MOST_BYTES = 1 << 18, DEEPEST = 60, LARGEST = 2 ** 31;

class Malformed extends Error {}
class Invalid extends Error {}

// The bytes of a text in UTF-8; half of a surrogate pair, which JSON can spell, is written as if it were a character.
function utf8(text) {
  const bytes = [];
  for (const character of text) {
    const c = character.codePointAt(0);
    if (c < 0x80) bytes.push(c);
    else if (c < 0x800) bytes.push(0xc0 | (c >> 6), 0x80 | (c & 63));
    else if (c < 0x10000) bytes.push(0xe0 | (c >> 12), 0x80 | ((c >> 6) & 63), 0x80 | (c & 63));
    else bytes.push(0xf0 | (c >> 18), 0x80 | ((c >> 12) & 63), 0x80 | ((c >> 6) & 63), 0x80 | (c & 63));
  }
  return bytes;
}

// JSON without floats and large integers, no key twice, nested no deeper than DEEPEST.
function parsed(text) {
  if (text.length > MOST_BYTES || utf8(text).length > MOST_BYTES) {
    throw new Malformed(`larger than ${MOST_BYTES} bytes`);
  }
  let at = 0;
  const fail = (what) => { throw new Malformed(`not JSON: ${what} at character ${at}`); };
  const blank = () => { while (' \t\n\r'.includes(text[at] || '-')) at += 1; };
  const expect = (mark) => { if (text[at] !== mark) fail(`${mark} is missing`); at += 1; };

  function string() {
    expect('"');
    const found = /^(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*/.exec(text.slice(at))[0];
    at += found.length;
    expect('"');
    const plain = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };
    const meant = (_, c, hex) => (hex ? String.fromCharCode(parseInt(hex, 16)) : plain[c] || c);
    return found.replace(/\\(u(....)|.)/gs, meant);
  }

  function number() {
    const found = /^-?(?:0|[1-9][0-9]*)/.exec(text.slice(at, at + 40));
    if (!found) fail('no value');
    at += found[0].length;
    if ('.eE'.includes(text[at] || '-')) throw new Malformed('a float is not exact: write fractions as strings');
    if (found[0].length > 12 || Math.abs(Number(found[0])) >= LARGEST) throw new Malformed('an integer is too large');
    return Number(found[0]) + 0;  // −0 is 0
  }

  function members(close, depth, read) {
    at += 1;
    if (depth > DEEPEST) throw new Malformed(`nested deeper than ${DEEPEST} levels`);
    blank();
    if (text[at] === close) { at += 1; return; }
    for (;;) {
      blank();
      read();
      blank();
      if (text[at] === close) { at += 1; return; }
      expect(',');
    }
  }

  function value(depth) {
    blank();
    if (text[at] === '"') return string();
    if (text[at] === '[') {
      const list = [];
      members(']', depth, () => list.push(value(depth + 1)));
      return list;
    }
    if (text[at] === '{') {
      const object = new Map();
      members('}', depth, () => {
        const key = string();
        blank();
        expect(':');
        if (object.has(key)) throw new Malformed(`the key ${key.slice(0, 40)} stands twice`);
        object.set(key, value(depth + 1));
      });
      return object;
    }
    for (const [word, meant] of [['true', true], ['false', false], ['null', null]]) {
      if (text.startsWith(word, at)) { at += word.length; return meant; }
    }
    return number();
  }

  const whole = value(1);
  blank();
  if (at < text.length) fail('something follows');
  return whole;
}

// Sorted keys, no spaces, and nothing escaped that need not be: the form of which the seal is the digest.
function canonical(value) {
  if (value instanceof Map) {
    const keys = [...value.keys()].sort(byCharacters);
    return `{${keys.map((key) => `${quoted(key)}:${canonical(value.get(key))}`).join(',')}}`;
  }
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  return typeof value === 'string' ? quoted(value) : String(value);
}

function quoted(text) {
  const short = { '"': '\\"', '\\': '\\\\', '\b': '\\b', '\f': '\\f', '\n': '\\n', '\r': '\\r', '\t': '\\t' };
  const escaped = text.replace(/["\\\u0000-\u001f]/g,
    (c) => short[c] || `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return `"${escaped}"`;
}

// The same text with the seal that fits it; of what is no certificate, the text as it is.
function resealed(text) {
  try {
    const seal = sealed(parsed(text));
    return text.replace(/("seal"\s*:\s*)"[^"]*"/, (_, before) => `${before}"${seal}"`);
  } catch {
    return text;
  }
}

// By the numbers of characters, not by halves of pairs.
function byCharacters(a, b) {
  const p = Array.from(a, (c) => c.codePointAt(0)), q = Array.from(b, (c) => c.codePointAt(0));
  for (let i = 0; i < Math.min(p.length, q.length); i += 1) if (p[i] !== q[i]) return p[i] - q[i];
  return p.length - q.length;
}

// FIPS 180-4. Its constants are the first 32 bits after the point of square and cube roots of primes.
const PRIMES = [];
for (let p = 2; PRIMES.length < 64; p += 1) if (PRIMES.every((q) => p % q)) PRIMES.push(p);
const rootBits = (p, degree) => Number(integerRoot(BigInt(p) << BigInt(32 * degree), degree) & 0xffffffffn);
const ROUNDS = PRIMES.map((p) => rootBits(p, 3)), INITIAL = PRIMES.slice(0, 8).map((p) => rootBits(p, 2));

function sha256(bytes) {
  const blocks = Math.ceil((bytes.length + 9) / 64), padded = new DataView(new ArrayBuffer(64 * blocks));
  bytes.forEach((byte, i) => padded.setUint8(i, byte));
  padded.setUint8(bytes.length, 0x80);
  padded.setBigUint64(64 * blocks - 8, BigInt(bytes.length * 8));
  const turn = (x, n) => (x >>> n) | (x << (32 - n)), w = new Int32Array(64);
  let state = INITIAL;
  for (let start = 0; start < 64 * blocks; start += 64) {
    for (let i = 0; i < 16; i += 1) w[i] = padded.getInt32(start + 4 * i);
    for (let i = 16; i < 64; i += 1) {
      const p = w[i - 15], q = w[i - 2];
      const low = turn(p, 7) ^ turn(p, 18) ^ (p >>> 3), high = turn(q, 17) ^ turn(q, 19) ^ (q >>> 10);
      w[i] = w[i - 16] + low + w[i - 7] + high;
    }
    let [a, b, c, d, e, f, g, h] = state;
    for (let i = 0; i < 64; i += 1) {
      const first = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + ROUNDS[i] + w[i]) | 0;
      const second = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g; g = f; f = e; e = (d + first) | 0; d = c; c = b; b = a; a = (first + second) | 0;
    }
    state = [a, b, c, d, e, f, g, h].map((x, i) => (x + state[i]) | 0);
  }
  return state.map((x) => (x >>> 0).toString(16).padStart(8, '0')).join('');
}

function sealed(certificate) {
  const content = new Map([...certificate].filter(([key]) => key !== 'seal'));
  return sha256(utf8(canonical(content)));
}
