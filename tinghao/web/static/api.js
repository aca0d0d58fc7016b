// Wishes to an API of ours: JSON in, JSON out, a key for each wish so that sending it twice is harmless.

import { _, english } from "/assets/web/i18n.js";

/** A refusal of the server: `code` is stable, `message` is for people. */
export class Refusal extends Error {
  constructor(problem, status) {
    super(problem.detail ?? "");
    this.code = problem.code ?? "unreachable";
    this.english = problem.detail_en ?? "";
    this.status = status;
    /** All that was said; some refusals carry more than a sentence. */
    this.problem = problem;
  }
}

const LOST = "网络连接中断，请稍候，系统正在自动重连。";
const UNREACHABLE = { code: "unreachable", detail: _(LOST), detail_en: english(LOST) };

/** Sends a wish; a lost answer is asked for again with the same key, at most `tries` times. */
export async function call(method, path, { token, body, key = newKey(), tries = 3, timeout = 8000 } = {}) {
  const headers = { Accept: "application/json" };
  if (token) headers.Authorization = `Bearer ${token}`;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (method !== "GET") headers["Idempotency-Key"] = key;
  for (let attempt = 1; ; attempt += 1) {
    let answer;
    try {
      answer = await fetch(path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body), signal: AbortSignal.timeout(timeout) });
    } catch {
      if (attempt < tries) continue;
      throw new Refusal(UNREACHABLE, 0);
    }
    if (answer.status === 204) return null;
    const json = await answer.json().catch(() => ({}));
    if (!answer.ok) throw new Refusal(json, answer.status);
    return json;
  }
}

/** A key for a wish that its page may have to send again later. */
export function newKey() {
  // crypto.randomUUID exists in secure contexts only; a hall's server may be plain http in its own network.
  return crypto.randomUUID?.() ?? Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
