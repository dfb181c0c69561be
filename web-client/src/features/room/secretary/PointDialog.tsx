import { Phone } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { PointRow, RollMark } from '@/protocol/generated'
import { Button, Dialog, TextField } from '@/ui'
import { useMeeting, useView } from '../context'
import { timeOfDay } from '../format'
import { LinkFigures } from './Figures'
import { isDeputised, statusOf } from './status'

type Writing = 'excused' | 'represented' | 'remove' | null

/** All that the secretary can do about one point. */
export function PointDialog({ row, onClose }: { row: PointRow; onClose: () => void }) {
  const { t } = useTranslation('room')
  const meeting = useMeeting()
  const mayGrant = useView((view) => view.me.may_grant)
  const me = useView((view) => view.me.label.seat)
  const [writing, write] = useState<Writing>(null)
  const mark = (state: RollMark) => {
    void meeting.command({ type: 'mark', point: row.point, mark: state })
    onClose()
  }
  const { seat } = row
  return (
    <Dialog title={row.name} isOpen onClose={onClose}>
      <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1.5 text-body">
        <dt className="text-text2">{t('board.status')}</dt>
        <dd className="font-semibold">
          {t(`status.${statusOf(row)}`)}
          {isDeputised(row) && `, ${t('board.deputy')}`}
        </dd>
        <dt className="text-text2">{t('point.group')}</dt>
        <dd>{row.group_name}</dd>
        {row.representative && (
          <>
            <dt className="text-text2">{t('board.person')}</dt>
            <dd>{[row.representative.name, row.representative.title].filter(Boolean).join(', ')}</dd>
          </>
        )}
        {row.joined_at && (
          <>
            <dt className="text-text2">{t('board.joined')}</dt>
            <dd className="num">{timeOfDay(row.joined_at)}</dd>
          </>
        )}
        {row.headcount !== null && (
          <>
            <dt className="text-text2">{t('numbers.headcount')}</dt>
            <dd className="num">{row.headcount}</dd>
          </>
        )}
        {row.phone !== null && (
          <>
            <dt className="text-text2">{t('point.phone')}</dt>
            <dd>
              <a
                href={`tel:${row.phone}`}
                className="inline-flex items-center gap-2 font-semibold text-pri underline underline-offset-4"
              >
                <Phone aria-hidden size={16} />
                {row.phone}
              </a>
            </dd>
          </>
        )}
      </dl>
      <LinkFigures row={row} />
      {writing === null ? (
        <div className="mt-5 flex flex-wrap gap-2.5">
          <Button variant="primary" data-testid="mark-present" onPress={() => mark({ state: 'online' })}>
            {t('roll.mark')}
          </Button>
          <Button data-testid="mark-excused" onPress={() => write('excused')}>
            {t('status.excused')}
          </Button>
          <Button onPress={() => mark({ state: 'absent' })}>{t('status.absent')}</Button>
          <Button onPress={() => mark({ state: 'late' })}>{t('status.late')}</Button>
          <Button onPress={() => write('represented')}>{t('point.represented')}</Button>
          {row.mark !== null && (
            <Button onPress={() => mark({ state: 'not_yet_called' })}>{t('point.measured')}</Button>
          )}
          {mayGrant && seat !== null && (
            <Button
              onPress={() => {
                void meeting.command({ type: 'invite_point', point: row.point })
                onClose()
              }}
            >
              {t('queue.invite')}
            </Button>
          )}
          {row.hand !== null && seat !== null && (
            <Button
              onPress={() => {
                void meeting.command({ type: 'lower_hand', seat })
                onClose()
              }}
            >
              {t('hand.lower')}
            </Button>
          )}
          {seat !== null && seat !== me && (
            <Button variant="danger" onPress={() => write('remove')}>
              {t('point.remove')}
            </Button>
          )}
        </div>
      ) : (
        <Reason
          writing={writing}
          onCancel={() => write(null)}
          onDone={(text) => {
            if (writing === 'excused') mark({ state: 'excused', reason: text })
            if (writing === 'represented') mark({ state: 'represented', by: text })
            if (writing === 'remove' && seat !== null) {
              void meeting.command({ type: 'remove', seat, reason: text })
              onClose()
            }
          }}
        />
      )}
    </Dialog>
  )
}

function Reason({
  writing,
  onDone,
  onCancel,
}: {
  writing: 'excused' | 'represented' | 'remove'
  onDone: (text: string) => void
  onCancel: () => void
}) {
  const { t } = useTranslation('room')
  const [text, setText] = useState('')
  const [tried, setTried] = useState(false)
  return (
    <form
      className="mt-5 grid gap-3"
      onSubmit={(event) => {
        event.preventDefault()
        setTried(true)
        if (text.trim() !== '') onDone(text.trim())
      }}
    >
      <TextField
        label={t(`point.${writing}_label`)}
        value={text}
        onChange={setText}
        error={tried && text.trim() === '' ? t('refusal.reason_required') : undefined}
      />
      <div className="flex gap-2.5">
        <Button type="submit" variant="primary" data-testid="reason-save">
          {t(`point.${writing}_save`)}
        </Button>
        <Button onPress={onCancel}>{t('point.back')}</Button>
      </div>
    </form>
  )
}
