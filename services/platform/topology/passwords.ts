/** The password of each service at one server, by the service's name. */
export type Passwords = Readonly<Record<string, string>>;

/** @throws when there is none, or an empty one */
export function passwordOf(passwords: Passwords, service: string): string {
  const password = passwords[service];
  if (!password) throw new Error(`no password is given for ${service}`);
  return password;
}
