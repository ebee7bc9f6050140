"use strict";

// Classes of characters, as the library has them that tokenizes in Python.

const LARGEST_CODE = 0x10ffff;
const LINE_FEED = 0x0a;
const RETURN = 0x0d;
const JOINER = 0x200d; // zero width, between parts of an emoji

/** For each code point the bits of its classes. */
class Characters {
  constructor(classes) {
    this.bits = new Uint8Array(LARGEST_CODE + 1);
    Object.entries(classes).forEach(([name, steps], place) => {
      this[name] = 1 << place;
      for (let n = 0, end = 0; n < steps.length; n += 2) {
        const start = end + steps[n];
        end = start + steps[n + 1];
        for (let code = start; code < end; code += 1) {
          this.bits[code] |= this[name];
        }
      }
    });
  }

  is(code, name) {
    return (this.bits[code] & this[name]) !== 0;
  }

  /**
   * Whether a character, as a reader sees it, ends before each code point
   * (extended grapheme clusters, UAX #29).
   */
  findEnds(codes) {
    const ends = new Uint8Array(codes.length + 1).fill(1);
    let flags = 0; // regional indicators in a row
    let picture = 0; // 1 after a picture, 2 after a picture and a joiner
    for (let n = 0; n < codes.length; n += 1) {
      const code = codes[n];
      const flag = isFlagLetter(code);
      if (n > 0) {
        const sequence = picture === 2 && this.is(code, "picture");
        const pair = flag && flags % 2 === 1;
        if (sequence || pair || this.joins_(codes[n - 1], code)) ends[n] = 0;
      }
      flags = flag ? flags + 1 : 0;
      if (this.is(code, "picture")) picture = 1;
      else if (picture === 1 && code === JOINER) picture = 2;
      else if (!(picture === 1 && this.is(code, "extends"))) picture = 0;
    }
    return ends;
  }

  /** Whether two code points belong together, whatever stands before. */
  joins_(before, after) {
    if (before === RETURN && after === LINE_FEED) return true;
    if (this.is(before, "control") || this.is(after, "control")) return false;
    if (this.is(after, "joins") || this.is(before, "prepends")) return true;
    return joinsHangul(hangulOf(before), hangulOf(after));
  }
}

function isFlagLetter(code) {
  return code >= 0x1f1e6 && code <= 0x1f1ff;
}

/** The part of a Korean syllable that a character is, or null. */
function hangulOf(code) {
  const within = (start, end) => code >= start && code <= end;
  if (within(0xac00, 0xd7a3)) return (code - 0xac00) % 28 ? "LVT" : "LV";
  if (within(0x1100, 0x115f) || within(0xa960, 0xa97c)) return "L";
  if (within(0x1160, 0x11a7) || within(0xd7b0, 0xd7c6)) return "V";
  if (within(0x11a8, 0x11ff) || within(0xd7cb, 0xd7fb)) return "T";
  return null;
}

function joinsHangul(before, after) {
  if (before === null || after === null) return false;
  if (before === "L") return after !== "T";
  if (after === "T") return true;
  return after === "V" && (before === "LV" || before === "V");
}
