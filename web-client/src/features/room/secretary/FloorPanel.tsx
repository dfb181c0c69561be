import { Mic } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { currentHolder, myFloor } from '@/meeting'
import { Button } from '@/ui'
import { useMeeting, useSecond, useView } from '../context'
import { clock } from '../format'
import { StateBlock } from '../parts/StateBlock'
import { useMainPicture } from '../parts/streams'
import { Video } from '../parts/Video'
import { useState } from 'react'

const NEXT_NAMED = 3

/** Who speaks and who is next. The secretary may invite when the chair has said so. */
export function FloorPanel() {
  const { t } = useTranslation('room')
  const meeting = useMeeting()
  const holder = useView(currentHolder)
  const queue = useView((view) => view.floor.queue)
  const mayGrant = useView((view) => view.me.may_grant)
  const mine = useView(myFloor)
  const chairSpeaks = useView((view) =>
    view.floor.chair_mic && view.floor.holders.length === 0 ? view.floor.chair : null,
  )
  const [watching, watch] = useState(false)
  const speaker = holder?.label ?? chairSpeaks
  const named = queue.slice(0, NEXT_NAMED).map((entry) => entry.label.name)
  const more = queue.length - named.length
  return (
    <section aria-label={t('side.floor')} className="grid grid-cols-1 gap-2.5 border-b border-line p-3.5 wide:px-5.5">
      {mine && <StateBlock className="flex-wrap gap-3! px-4! [&_.size-10]:size-7 [&_p]:text-lead!" />}
      {speaker ? (
        <button
          type="button"
          aria-pressed={watching}
          title={t('side.watch')}
          onClick={() => watch(!watching)}
          className="flex min-h-11 items-center gap-3 rounded-ctl bg-gold px-4 text-left text-on-gold"
        >
          <Mic aria-hidden size={18} strokeWidth={2.5} className="shrink-0" />
          <span className="min-w-0 truncate text-place font-semibold">{speaker.name}</span>
          <span className="flex-1 text-body whitespace-nowrap">
            {t(holder?.state === 'invited' ? 'side.invited' : 'side.speaking')}
          </span>
          {holder?.speaking_since && <Since at={holder.speaking_since} />}
        </button>
      ) : (
        <p className="text-lead text-text2">{t('side.silent')}</p>
      )}
      {watching && <Watch />}
      {mayGrant && queue.length > 0 ? (
        <ol className="grid grid-cols-1 gap-1.5">
          {queue.slice(0, NEXT_NAMED).map((entry) => (
            <li
              key={entry.label.seat}
              data-testid={`queue-row-${entry.label.seat}`}
              className="flex items-center gap-2"
            >
              <span className="min-w-0 flex-1 truncate text-body font-medium">{entry.label.name}</span>
              <Button
                size="dense"
                data-testid={`grant-${entry.label.seat}`}
                onPress={() => void meeting.command({ type: 'grant', seat: entry.label.seat, limit_seconds: null })}
              >
                {t('queue.invite')}
              </Button>
            </li>
          ))}
        </ol>
      ) : (
        <p className="text-lead">
          {queue.length === 0 ? (
            <span className="text-text2">{t('queue.empty')}</span>
          ) : (
            <>
              <span className="font-semibold">{t('side.next')}</span> {named.join(', ')}
              {more > 0 && ` ${t('queue.more', { n: more })}`}
            </>
          )}
        </p>
      )}
    </section>
  )
}

function Since({ at }: { at: string }) {
  const now = useSecond()
  return <span className="num text-place font-semibold">{clock((now - Date.parse(at)) / 1000)}</span>
}

/** The main picture, on request: the secretary listens all the time and looks now and then. */
function Watch() {
  const { t } = useTranslation('room')
  const picture = useMainPicture()
  const name = useView((view) => view.stage.main?.name ?? t('stage.nobody'))
  return (
    <div className="aspect-video overflow-hidden rounded-ctl bg-text">
      <Video stream={picture.stream} label={name} testId="main-video" />
    </div>
  )
}
