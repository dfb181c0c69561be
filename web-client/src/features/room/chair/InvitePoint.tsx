import { Search } from 'lucide-react'
import { useDeferredValue, useMemo, useState } from 'react'
import { Input, ListBox, ListBoxItem, SearchField } from 'react-aria-components'
import { useTranslation } from 'react-i18next'
import { folded } from '../fold'
import { useMeeting, useView } from '../context'

const SHOWN = 6

/** Invites a point that did not ask. Names are found with or without their accents. */
export function InvitePoint({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const { t } = useTranslation('room')
  if (!open)
    return (
      <button
        type="button"
        data-testid="invite-point"
        onClick={() => onOpenChange(true)}
        className="w30 flex min-h-20 items-center gap-4 rounded-ctl border-2 border-ctl px-6 font-semibold"
      >
        <Search aria-hidden className="size-9" />
        {t('invite.open')}
      </button>
    )
  return <InviteSearch onClose={() => onOpenChange(false)} />
}

function InviteSearch({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('room')
  const meeting = useMeeting()
  const points = useView((view) => view.points)
  const own = useView((view) => view.me.label.point)
  const [text, setText] = useState('')
  const wanted = useDeferredValue(folded(text))
  const found = useMemo(() => {
    const rows = [...points.values()].filter(
      (row) => row.point !== own && (row.presence === 'present' || row.presence === 'late'),
    )
    return rows
      .filter((row) => folded(`${row.name} ${row.group_name} ${row.representative?.name ?? ''}`).includes(wanted))
      .slice(0, SHOWN)
  }, [points, own, wanted])
  return (
    <div className="grid gap-3">
      {/* The person has just pressed the button for this field. */}
      <SearchField
        aria-label={t('invite.open')}
        value={text}
        onChange={setText}
        // eslint-disable-next-line jsx-a11y/no-autofocus
        autoFocus
        onKeyDown={(event) => {
          if (event.key === 'Escape') onClose()
        }}
      >
        <Input
          data-testid="invite-search"
          placeholder={t('invite.placeholder')}
          className="w30 min-h-20 w-full rounded-ctl border-2 border-ctl bg-surface px-6 text-text"
        />
      </SearchField>
      <ListBox
        aria-label={t('invite.results')}
        items={found.map((row) => ({ ...row, id: row.point }))}
        renderEmptyState={() => <p className="w28 py-3 text-text2">{t('invite.none')}</p>}
        onAction={(point) => {
          void meeting.command({ type: 'invite_point', point: String(point) })
          onClose()
        }}
        className="grid"
      >
        {(row) => (
          <ListBoxItem
            textValue={row.name}
            className="flex min-h-20 items-center gap-4 border-b-2 border-line px-2 focused:bg-raised hovered:bg-raised"
          >
            <span className="min-w-0 flex-1">
              <span className="w30 block truncate font-semibold">{row.name}</span>
              <span className="w28 block truncate text-text2">{row.representative?.title ?? row.group_name}</span>
            </span>
            <span className="w28 font-semibold">{t('queue.invite')}</span>
          </ListBoxItem>
        )}
      </ListBox>
      <button
        type="button"
        onClick={onClose}
        className="w28 justify-self-start px-2 py-2 text-text2 underline underline-offset-4"
      >
        {t('action.close')}
      </button>
    </div>
  )
}
