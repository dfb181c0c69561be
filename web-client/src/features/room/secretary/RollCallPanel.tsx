import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { PointRow } from '@/protocol/generated'
import { Button, Select } from '@/ui'
import { useMeeting, useSecond, useView } from '../context'
import { clock, integer, timeOfDay } from '../format'
import { isHere } from './status'

const SHOWN = 4
const LENGTHS = ['60', '120', '300']

/** Start, count down, ask again, write down, close. */
export function RollCallPanel({ points }: { points: ReadonlyMap<string, PointRow> }) {
  const { t } = useTranslation('room')
  const roll = useView((view) => view.roll_call)
  return (
    <section
      aria-label={t('roll.title')}
      data-testid="roll-panel"
      className="grid grid-cols-1 gap-2.5 border-b border-line p-3.5 wide:px-5.5"
    >
      {roll?.closed_at !== null ? (
        <StartRollCall number={(roll?.number ?? 0) + 1} />
      ) : (
        <RunningRollCall points={points} />
      )}
      {roll?.closed_at && (
        <p className="text-body text-text2">
          {t('roll.closed', {
            number: roll.number,
            time: timeOfDay(roll.closed_at),
            answered: integer(roll.answered),
            expected: integer(roll.expected),
          })}
        </p>
      )}
    </section>
  )
}

function StartRollCall({ number }: { number: number }) {
  const { t } = useTranslation('room')
  const meeting = useMeeting()
  const [seconds, setSeconds] = useState('120')
  return (
    <>
      <h2 className="text-place font-semibold">{t('roll.nth', { number })}</h2>
      <div className="flex items-end gap-2.5">
        <Select
          compact
          label={t('roll.length')}
          value={seconds}
          onChange={setSeconds}
          options={LENGTHS.map((length) => ({ id: length, label: t('roll.minutes', { n: Number(length) / 60 }) }))}
          className="flex-1"
        />
        <Button
          variant="primary"
          data-testid="roll-start"
          onPress={() => void meeting.command({ type: 'start_roll_call', seconds: Number(seconds) })}
        >
          {t('roll.start')}
        </Button>
      </div>
    </>
  )
}

function RunningRollCall({ points }: { points: ReadonlyMap<string, PointRow> }) {
  const { t } = useTranslation('room')
  const meeting = useMeeting()
  const roll = useView((view) => view.roll_call)
  const now = useSecond()
  const silent = useMemo(() => [...points.values()].filter((row) => row.answer === null && isHere(row)), [points])
  if (!roll) return null
  const left = (Date.parse(roll.until) - now) / 1000
  const share = roll.expected === 0 ? 1 : roll.answered / roll.expected
  return (
    <>
      <div className="flex items-baseline gap-3">
        <h2 className="flex-1 text-place font-semibold">{t('roll.nth', { number: roll.number })}</h2>
        <p role="timer" className="text-lead">
          {left > 0 ? (
            <>
              {t('agenda.left')} <span className="num font-semibold">{clock(left)}</span>
            </>
          ) : (
            t('roll.time_up')
          )}
        </p>
      </div>
      <div aria-hidden className="h-2.5 rounded-[2px] bg-sunken">
        <div className="h-full rounded-[2px] bg-pri" style={{ width: `${Math.min(1, share) * 100}%` }} />
      </div>
      <p className="flex justify-between gap-3 text-body">
        <span>
          <span className="num font-semibold">{integer(roll.answered)}</span> {t('roll.answered')}
        </span>
        <span>
          <span className="num font-semibold">{integer(Math.max(0, roll.expected - roll.answered))}</span>{' '}
          {t('roll.unanswered')}
        </span>
      </p>
      <ul>
        {silent.slice(0, SHOWN).map((row) => (
          <li key={row.point} className="flex items-center gap-2 border-t border-line py-1">
            <span className="min-w-0 flex-1 text-body leading-tight">
              <span className="block truncate font-medium">{row.name}</span>
              <span className="block truncate text-small text-text2">{row.group_name}</span>
            </span>
            <Button
              size="dense"
              data-testid={`mark-${row.unit}`}
              onPress={() => void meeting.command({ type: 'mark', point: row.point, mark: { state: 'online' } })}
            >
              {t('roll.mark')}
            </Button>
          </li>
        ))}
      </ul>
      <div className="flex gap-2">
        <Button
          variant="primary"
          className="flex-1"
          isDisabled={silent.length === 0}
          onPress={() => void meeting.command({ type: 'ask_again', points: silent.map((row) => row.point) })}
        >
          {t('roll.ask_again', { n: integer(silent.length) })}
        </Button>
        <Button data-testid="roll-close" onPress={() => void meeting.command({ type: 'close_roll_call' })}>
          {t('roll.close')}
        </Button>
      </div>
    </>
  )
}
