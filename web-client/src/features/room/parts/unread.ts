import { useState } from 'react'
import { useView } from '../context'

/** How many messages of others came since the chat was last looked at. */
export function useUnread(looking: boolean): number {
  const chat = useView((view) => view.chat)
  const me = useView((view) => view.me.label.seat)
  const last = chat.at(-1)?.id ?? null
  const [seen, setSeen] = useState<string | null>(last)
  if (looking && seen !== last) setSeen(last)
  if (looking) return 0
  const from = chat.findIndex((message) => message.id === seen) + 1
  return chat.slice(from).filter((message) => message.from.seat !== me).length
}
