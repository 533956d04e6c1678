import { isNativeError } from 'node:util/types';
import type { Outcome } from '../domain/delivery.ts';

/**
 * Reads what nodemailer rejects with. The server's own words are not passed on, since they often repeat the address.
 * @see https://www.rfc-editor.org/rfc/rfc5321#section-4.2.1 on the first digit of a reply
 */
export function outcomeOf(error: unknown): Exclude<Outcome, { kind: 'accepted' }> {
  if (!isNativeError(error)) return { kind: 'deferred', reason: 'unknown error', server: 'silent' };
  const { code, timeoutType, responseCode, response, command } = error as {
    code?: unknown;
    timeoutType?: unknown;
    responseCode?: unknown;
    response?: unknown;
    command?: unknown;
  };
  if (typeof responseCode !== 'number') {
    // Made before a byte was sent: this e-mail cannot be written down as one.
    if (code === 'EENVELOPE' || code === 'EMESSAGE') return { kind: 'refused', reason: code };
    // Of this attempt's own time limit, and of silence in the middle of a conversation.
    const silent = code === 'EABORT' || timeoutType === 'SOCKET_TIMEOUT';
    const reason = typeof code === 'string' ? code : error.name;
    return { kind: 'deferred', reason, server: silent ? 'silent' : 'away' };
  }
  const reason = `SMTP ${responseCode}${enhancedCode(response)}`;
  // A 5xx at connecting, greeting or logging in says something about us, and is no verdict on this e-mail.
  const onThisEmail = command === 'RCPT TO' || command === 'DATA';
  return responseCode >= 500 && onThisEmail
    ? { kind: 'refused', reason }
    : { kind: 'deferred', reason, server: 'answered' };
}

/** RFC 3463: ` 5.1.1`, where the reply has one. */
function enhancedCode(response: unknown) {
  const found = typeof response === 'string' ? /^\d{3}[ -](\d\.\d{1,3}\.\d{1,3})\b/.exec(response)?.[1] : undefined;
  return found === undefined ? '' : ` ${found}`;
}
