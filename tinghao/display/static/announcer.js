/**
 * The hall's voice: chime, ticket number, window, spoken one call after the other.
 *
 * The words are clips in one sound file, placed on the audio clock, so a call
 * sounds the same on a busy machine and needs no internet.
 */

/**
 * @typedef {object} Call
 * @property {string} number        ticket number as on the paper, "A001"
 * @property {number|"desk"} window window number, or "desk" for the enquiry desk
 * @property {string|number} [id]   what makes two wishes the same call; number and window if absent
 */

/**
 * @typedef {object} Spoken
 * @property {string|number} id
 * @property {string} text
 * @property {"clips"|"speech"|"chime"|"nothing"} how
 * @property {number} startedAt  milliseconds, performance.now()
 * @property {number|null} endedAt  null while it sounds
 */

/** @typedef {{start: number, duration: number}} Span  seconds in the sprite */

const DIGITS = "零幺二三四五六七八九";
const NATURAL = "零一二三四五六七八九";

/** Pause in seconds before a part of that kind; a chime has to ring out, a syllable must not hang. */
const GAP = { chime: 0, qing: 0.06, letter: 0.04, digit: 0.03, hao: 0.02, dao: 0.14 };
const BETWEEN_CALLS = 0.6;
/** Time for the audio thread to get ready, or the first edge is cut off. */
const LEAD = 0.05;
const SPOKEN_KEPT = 200;
/** Milliseconds after which a spoken fallback counts as over. */
const SPEECH_AT_MOST = 12_000;

/** @param {number} n 1..99 */
function chineseNumber(n) {
  const tens = Math.floor(n / 10);
  const ones = n % 10;
  return (tens > 1 ? NATURAL[tens] : "") + (tens ? "十" : "") + (ones || !tens ? NATURAL[ones] : "");
}

/**
 * What is said for a call, and by which clips. The only place that knows.
 * @param {{number: string, window: number|"desk"}} call
 * @returns {{text: string, parts: {clip: string, gap: number}[]}}
 */
export function compose({ number, window }) {
  const parts = [{ clip: "chime", gap: GAP.chime }, { clip: "qing", gap: GAP.qing }];
  let said = "";
  for (const sign of String(number).toUpperCase()) {
    const isDigit = sign >= "0" && sign <= "9";
    parts.push({ clip: sign, gap: isDigit ? GAP.digit : GAP.letter });
    said += isDigit ? DIGITS[Number(sign)] : ` ${sign} `;
  }
  parts.push({ clip: "hao", gap: GAP.hao });
  const place = window === "desk" ? "咨询服务台" : `${isWindow(window) ? chineseNumber(window) : window}号窗口`;
  parts.push({ clip: window === "desk" ? "dao_desk" : `dao_${window}`, gap: GAP.dao });
  return { text: `请${said}号到${place}`, parts };
}

/** @param {unknown} n */
function isWindow(n) {
  return Number.isInteger(n) && /** @type {number} */ (n) >= 1 && /** @type {number} */ (n) <= 99;
}

/**
 * Places parts on a clock.
 * @param {{clip: string, gap: number}[]} parts
 * @param {Map<string, Span>} index
 * @returns {{placed: {clip: string, at: number, span: Span}[], duration: number}}
 */
export function lay(parts, index) {
  let at = 0;
  const placed = parts.map(({ clip, gap }) => {
    const span = /** @type {Span} */ (index.get(clip));
    const one = { clip, at: at + gap, span };
    at += gap + span.duration;
    return one;
  });
  return { placed, duration: at };
}

/**
 * Starts every placed part on a context; works alike on a live and an offline one.
 * @param {BaseAudioContext} context
 * @param {AudioBuffer} sprite
 * @param {{at: number, span: Span}[]} placed
 * @param {AudioNode} output
 * @param {number} when  context time of the first part
 * @returns {AudioBufferSourceNode} the node that ends last
 */
export function play(context, sprite, placed, output, when) {
  let last;
  for (const { at, span } of placed) {
    last = context.createBufferSource();
    last.buffer = sprite;
    last.connect(output);
    last.start(when + at, span.start, span.duration);
  }
  return /** @type {AudioBufferSourceNode} */ (last);
}

export class Announcer {
  /** @type {Call[]} */ #queue = [];
  #busy = false;
  /** @type {AudioContext} */ #context;
  /** @type {GainNode} */ #gain;
  /** @type {AudioBuffer|null} */ #sprite = null;
  /** @type {Promise<void>|null} */ #loading = null;
  #base;
  #limit;
  #volume = 1;

  /** Clips by name, empty until loaded. @type {Map<string, Span>} */
  index = new Map();
  /** The latest calls that sounded, oldest first. @type {Spoken[]} */
  spoken = [];

  /** @type {(call: Call, text: string) => void} */ onStart = () => {};
  /** @type {(call: Call, spoken: Spoken) => void} */ onEnd = () => {};
  /** A call that will not be spoken, as the queue was full. @type {(call: Call) => void} */ onDrop = () => {};
  /** @type {(locked: boolean) => void} */ onLock = () => {};

  /** @param {{base: string, limit?: number}} options  base: URL of the folder with voice.json */
  constructor({ base, limit = 20 }) {
    this.#base = base.endsWith("/") ? base : `${base}/`;
    this.#limit = limit;
    this.#context = new AudioContext();
    this.#gain = this.#context.createGain();
    this.#gain.connect(this.#context.destination);
    this.#context.onstatechange = () => {
      this.onLock(this.locked);
      this.#next();
    };
  }

  /**
   * Fetches and decodes the clips; rejects if that fails and may then be called again. Until it
   * succeeds calls are spoken by the browser's own voice, if it has one.
   */
  load() {
    this.#loading ??= this.#load().catch((problem) => {
      this.#loading = null;
      throw problem;
    });
    return this.#loading;
  }

  async #load() {
    const indexAnswer = await fetch(this.#base + "voice.json");
    if (!indexAnswer.ok) throw new Error(`voice.json: ${indexAnswer.status}`);
    const { file, clips } = await indexAnswer.json();
    const soundAnswer = await fetch(this.#base + file);
    if (!soundAnswer.ok) throw new Error(`${file}: ${soundAnswer.status}`);
    this.#sprite = await this.#context.decodeAudioData(await soundAnswer.arrayBuffer());
    for (const [name, [start, duration]] of Object.entries(clips)) this.index.set(name, { start, duration });
  }

  /** True while the browser holds back sound until somebody touches the page. */
  get locked() {
    return this.#context.state !== "running";
  }

  /** Call it in the handler of a touch, click or key. */
  async unlock() {
    await this.#context.resume();
    this.#next();
  }

  get volume() {
    return this.#volume;
  }

  /** 0 silent … 1 as recorded */
  set volume(value) {
    this.#volume = Math.min(1, Math.max(0, value));
    this.#gain.gain.setTargetAtTime(this.#volume, this.#context.currentTime, 0.02);
  }

  /** Calls still waiting to be spoken. */
  get waiting() {
    return this.#queue.length;
  }

  /**
   * Queues a call. The same call while still waiting is said once; while it is being said, or
   * afterwards, it is a recall and said again.
   * @param {Call} call
   */
  announce(call) {
    const key = keyOf(call);
    if (this.#queue.some((one) => keyOf(one) === key)) return;
    this.#queue.push(call);
    while (this.#queue.length > this.#limit) this.onDrop(/** @type {Call} */ (this.#queue.shift()));
    this.#next();
  }

  /**
   * Takes back the calls of a number that still wait to be spoken.
   * @param {string} number
   */
  withdraw(number) {
    this.#queue = this.#queue.filter((call) => call.number !== number);
  }

  #next() {
    if (this.#busy || !this.#queue.length || this.locked) return;
    this.#busy = true;
    this.#say(/** @type {Call} */ (this.#queue.shift()))
      .catch((problem) => console.error(problem))
      .finally(() => {
        this.#busy = false;
        this.#next();
      });
  }

  /** @param {Call} call */
  async #say(call) {
    // A call that comes while the clips are on their way deserves them.
    await this.#loading?.catch(() => {});
    const { text, parts } = compose(call);
    const whole = parts.every(({ clip }) => this.index.has(clip));
    const voice = whole ? null : mandarinVoice();
    const how = whole ? "clips" : voice ? "speech" : this.index.has("chime") ? "chime" : "nothing";
    /** @type {Spoken} */
    const entry = {
      id: call.id ?? keyOf(call), text, how,
      startedAt: performance.now(), endedAt: null,
    };
    this.spoken.push(entry);
    if (this.spoken.length > SPOKEN_KEPT) this.spoken.shift();
    tell(() => this.onStart(call, text));
    if (whole) await this.#sound(parts);
    else {
      await this.#sound(parts.filter(({ clip }) => clip === "chime" && this.index.has(clip)));
      if (voice) await this.#speak(text, voice);
    }
    entry.endedAt = performance.now();
    tell(() => this.onEnd(call, entry));
    await this.#silence();
  }

  /**
   * Plays parts to their end. The audio clock stands still while the context is suspended, so
   * a call cut short by the browser goes on where it was.
   * @param {{clip: string, gap: number}[]} parts
   */
  #sound(parts) {
    if (!parts.length || !this.#sprite) return;
    const { placed } = lay(parts, this.index);
    const last = play(this.#context, this.#sprite, placed, this.#gain, this.#context.currentTime + LEAD);
    return new Promise((done) => { last.onended = done; });
  }

  /**
   * @param {string} text
   * @param {SpeechSynthesisVoice} voice
   */
  #speak(text, voice) {
    return new Promise((done) => {
      const words = new SpeechSynthesisUtterance(text);
      words.voice = voice;
      words.lang = voice.lang;
      words.volume = this.#volume;
      words.rate = 0.9;
      words.onend = words.onerror = done;
      // Some engines never report the end; the hall must not fall silent for that.
      setTimeout(done, SPEECH_AT_MOST);
      speechSynthesis.speak(words);
    }).then(() => speechSynthesis.cancel());
  }

  #silence() {
    return new Promise((done) => setTimeout(done, BETWEEN_CALLS * 1000));
  }
}

/** @param {Call} call */
function keyOf({ id, number, window }) {
  return id !== undefined ? `id:${id}` : `${number}@${window}`;
}

function mandarinVoice() {
  const voices = globalThis.speechSynthesis?.getVoices() ?? [];
  return voices.find(({ lang, localService }) => localService && /^(zh|cmn)[-_](CN|Hans|cn|latn)/i.test(lang)) ?? null;
}

/** A screen's mistake in a callback must not silence the hall. @param {() => void} callback */
function tell(callback) {
  try {
    callback();
  } catch (problem) {
    console.error(problem);
  }
}
