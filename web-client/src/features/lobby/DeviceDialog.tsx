import { useTranslation } from 'react-i18next'
import { Button, Checkbox, Dialog, Select } from '@/ui'
import { setChoices, useChoices } from './choices'

/** Which camera, microphone and speaker; remembered on this machine. */
export function DeviceDialog({
  devices,
  isOpen,
  onClose,
}: {
  devices: MediaDeviceInfo[]
  isOpen: boolean
  onClose: () => void
}) {
  const { t } = useTranslation('lobby')
  const choices = useChoices()
  const options = (kind: MediaDeviceKind) => [
    { id: 'default', label: t('device_default') },
    ...devices
      .filter(
        (d) => d.kind === kind && d.deviceId !== '' && d.deviceId !== 'default' && d.deviceId !== 'communications',
      )
      .map((d, i) => ({ id: d.deviceId, label: d.label === '' ? t('device_unnamed', { n: i + 1 }) : d.label })),
  ]
  const known = (kind: MediaDeviceKind, id: string | null) => (options(kind).some((o) => o.id === id) ? id : 'default')
  const chosen = (id: string) => (id === 'default' ? null : id)
  return (
    <Dialog
      title={t('devices')}
      isOpen={isOpen}
      onClose={onClose}
      actions={
        <Button variant="primary" onPress={onClose}>
          {t('devices_done')}
        </Button>
      }
    >
      <div className="grid grid-cols-1 gap-4">
        <Checkbox isSelected={choices.cameraOn} onChange={(cameraOn) => setChoices({ cameraOn })}>
          {t('camera_on')}
        </Checkbox>
        <Select
          label={t('device_camera')}
          value={known('videoinput', choices.cameraId)}
          options={options('videoinput')}
          onChange={(id) => setChoices({ cameraId: chosen(id) })}
        />
        <Select
          label={t('device_mic')}
          value={known('audioinput', choices.microphoneId)}
          options={options('audioinput')}
          onChange={(id) => setChoices({ microphoneId: chosen(id) })}
        />
        <Select
          label={t('device_speaker')}
          value={known('audiooutput', choices.speakerId)}
          options={options('audiooutput')}
          onChange={(id) => setChoices({ speakerId: chosen(id) })}
        />
      </div>
    </Dialog>
  )
}
