import { useQuery } from '@tanstack/react-query'
import { useCallback, useEffect, useState, useSyncExternalStore } from 'react'
import type { Briefing } from '@/api/types'
import { setChoices, useChoices } from './choices'
import { DeviceDialog } from './DeviceDialog'
import { JoinColumn } from './JoinColumn'
import { playTestSound } from './measure'
import { testNetwork } from './network'
import { Preview } from './preview'
import { PreviewBox } from './PreviewBox'
import { cameraVerdict, micVerdict, networkVerdict, type SpeakerKey, speakerVerdict } from './verdicts'
import { VerdictGrid } from './VerdictGrid'

export function Lobby({ briefing }: { briefing: Briefing }) {
  const choices = useChoices()
  const { cameraId, microphoneId, cameraOn } = choices
  const [devices] = useState(() => new Preview())
  const preview = useSyncExternalStore(devices.subscribe, devices.snapshot)
  const [heard, setHeard] = useState(false)
  const [luma, setLuma] = useState<number | null>(null)
  const [speaker, setSpeaker] = useState<SpeakerKey>('untested')
  const [choosing, setChoosing] = useState(false)
  const onHeard = useCallback(() => setHeard(true), [])

  useEffect(() => {
    void devices.open(cameraId, microphoneId, cameraOn)
    const changed = () => void devices.open(cameraId, microphoneId, cameraOn)
    const media = navigator.mediaDevices as MediaDevices | undefined
    media?.addEventListener('devicechange', changed)
    return () => {
      media?.removeEventListener('devicechange', changed)
      devices.close()
    }
  }, [devices, cameraId, microphoneId, cameraOn])

  const network = useQuery({
    queryKey: ['network-test'],
    queryFn: testNetwork,
    staleTime: Infinity,
    gcTime: 0,
    retry: false,
    refetchOnWindowFocus: false,
  })
  const link = networkVerdict(
    network.isFetching ? null : (network.data ?? null),
    network.isError && !network.isFetching,
  )
  const audioOnly = link.key === 'audio'
  useEffect(() => setChoices({ audioOnly }), [audioOnly])

  const retry = () => void devices.open(cameraId, microphoneId, cameraOn)
  return (
    <div className="grid grid-cols-1 gap-x-10 gap-y-6 desk:grid-cols-[minmax(0,800px)_minmax(0,1fr)]">
      <div className="flex min-w-0 flex-col gap-3.5">
        <PreviewBox preview={preview} cameraOn={cameraOn} onRetry={retry} onHeard={onHeard} onLuma={setLuma} />
        <VerdictGrid
          camera={cameraVerdict(preview.camera, cameraOn, luma)}
          mic={micVerdict(preview.microphone, heard)}
          speaker={speakerVerdict(speaker)}
          network={link}
          onDevices={() => setChoosing(true)}
          onPlay={() =>
            void playTestSound(choices.speakerId)
              .then(() => setSpeaker('played'))
              .catch(() => setSpeaker('failed'))
          }
          onMeasure={() => void network.refetch()}
        />
      </div>
      <JoinColumn briefing={briefing} audioOnly={audioOnly} />
      {choosing && <DeviceDialog devices={preview.devices} isOpen onClose={() => setChoosing(false)} />}
    </div>
  )
}
