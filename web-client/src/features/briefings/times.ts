/** Points may enter this long before the start (the server refuses earlier). */
export const OPENS_BEFORE_MINUTES = 30

export function opensAt(startsAt: string): Date {
  return new Date(new Date(startsAt).getTime() - OPENS_BEFORE_MINUTES * 60_000)
}

/** When the agenda will be through if it starts on time and keeps its minutes. */
export function agendaEndsAt(startsAt: string, agenda: { minutes: number }[]): Date {
  const minutes = agenda.reduce((sum, item) => sum + item.minutes, 0)
  return new Date(new Date(startsAt).getTime() + minutes * 60_000)
}
