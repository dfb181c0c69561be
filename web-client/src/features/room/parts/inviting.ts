import type { Command } from '@/protocol/generated'

/** Gives the floor; in a briefing attached to its parent, whose floor it is not, asks the parent for it. */
export function inviting(seat: string, mayGrant: boolean): Command {
  return mayGrant ? { type: 'grant', seat, limit_seconds: null } : { type: 'put_forward', seat }
}
