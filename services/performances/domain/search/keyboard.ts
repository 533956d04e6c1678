import { compose, compounds, decompose, finalConsonants, initialConsonants, isSyllable, vowels } from './hangul.ts';

/** The Korean standard keyboard, 2-beolsik (KS X 5002): its keys on the Latin layout, row by row, and what they give. */
const keys = 'qwertyuiopasdfghjklzxcvbnmQWERTOP';
const given = 'ㅂㅈㄷㄱㅅㅛㅕㅑㅐㅔㅁㄴㅇㄹㅎㅗㅓㅏㅣㅋㅌㅊㅍㅠㅜㅡㅃㅉㄸㄲㅆㅒㅖ';
const letterOfKey = new Map(Array.from(keys, (key, at) => [key, given.charAt(at)]));
const keyOfLetter = new Map(Array.from(letterOfKey, ([key, letter]) => [letter, key]));
const compoundOf = new Map(Array.from(compounds, ([compound, letters]) => [letters, compound]));

/** What the same keys give on the Latin layout: ㅗ므ㅣㄷㅅ is hamlet. */
export function toLatinKeys(text: string): string {
  return Array.from(text.normalize('NFC'), (character) => {
    const code = character.charCodeAt(0);
    if (!isSyllable(code)) return keysOf(character);
    const { initial, vowel, final } = decompose(code);
    return (
      keysOf(initialConsonants[initial] ?? '') + keysOf(vowels[vowel] ?? '') + keysOf(finalConsonants[final] ?? '')
    );
  }).join('');
}

function keysOf(letter: string): string {
  return Array.from(compounds.get(letter) ?? letter, (single) => keyOfLetter.get(single) ?? single).join('');
}

/** What the same keys give on the Korean layout, composed as an input method does: goaflt is 햄릿. */
export function toHangulKeys(text: string): string {
  // All in capitals is a caps lock rather than a shift.
  const typed = text === text.toUpperCase() ? text.toLowerCase() : text;
  const composition = new Composition();
  for (const key of typed) composition.type(letterOfKey.get(key) ?? letterOfKey.get(key.toLowerCase()) ?? key);
  return composition.finish();
}

/** A Hangul input method: letters in, syllables out. */
class Composition {
  #done = '';
  #initial = '';
  #vowel = '';
  #final = '';

  type(letter: string): void {
    if (vowels.includes(letter)) this.#typeVowel(letter);
    else if (initialConsonants.includes(letter)) this.#typeConsonant(letter);
    else {
      this.#close();
      this.#done += letter;
    }
  }

  finish(): string {
    this.#close();
    return this.#done;
  }

  #typeVowel(letter: string): void {
    const compound = compoundOf.get(this.#vowel + letter);
    if (this.#vowel !== '' && this.#final === '' && compound !== undefined) {
      this.#vowel = compound;
      return;
    }
    // The last consonant turns out to begin the next syllable.
    const last = (compounds.get(this.#final) ?? this.#final).at(-1) ?? '';
    const rest = (compounds.get(this.#final) ?? '').slice(0, -1);
    if (this.#final !== '') {
      this.#final = rest;
      this.#close();
      this.#initial = last;
    } else if (this.#vowel !== '') this.#close();
    this.#vowel = letter;
  }

  #typeConsonant(letter: string): void {
    const compound = compoundOf.get(this.#final + letter);
    if (this.#initial !== '' && this.#vowel !== '') {
      if (this.#final === '' && finalConsonants.includes(letter)) {
        this.#final = letter;
        return;
      }
      if (this.#final !== '' && compound !== undefined) {
        this.#final = compound;
        return;
      }
    }
    this.#close();
    this.#initial = letter;
  }

  #close(): void {
    const [initial, vowel] = [initialConsonants.indexOf(this.#initial), vowels.indexOf(this.#vowel)];
    if (initial >= 0 && vowel >= 0) {
      this.#done += String.fromCharCode(compose({ initial, vowel, final: finalConsonants.indexOf(this.#final) }));
    } else this.#done += this.#initial + this.#vowel;
    this.#initial = '';
    this.#vowel = '';
    this.#final = '';
  }
}
