{{- define "kesher.labels" -}}
app.kubernetes.io/name: kesher
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{- define "kesher.pod" -}}
{{- $root := .root -}}
{{- with $root.Values.imagePullSecrets }}
imagePullSecrets: {{ toYaml . | nindent 2 }}
{{- end }}
automountServiceAccountToken: false
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  fsGroup: 10001
  seccompProfile: {type: RuntimeDefault}
{{- with $root.Values.nodeSelector }}
nodeSelector: {{ toYaml . | nindent 2 }}
{{- end }}
{{- with $root.Values.tolerations }}
tolerations: {{ toYaml . | nindent 2 }}
{{- end }}
topologySpreadConstraints:
  - maxSkew: 1
    topologyKey: kubernetes.io/hostname
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels:
        app.kubernetes.io/instance: {{ $root.Release.Name }}
        app.kubernetes.io/component: {{ .component }}
volumes:
  - name: tmp
    emptyDir: {}
  - name: config
    {{- if eq $root.Values.config.kind "secret" }}
    secret: {secretName: {{ $root.Values.config.name | quote }}}
    {{- else }}
    configMap: {name: {{ $root.Values.config.name | quote }}}
    {{- end }}
  {{- with $root.Values.journeysConfigMap }}
  - name: journeys
    configMap: {name: {{ . | quote }}}
  {{- end }}
{{- end }}

{{- define "kesher.container" -}}
{{- $root := .root -}}
image: "{{ $root.Values.image.repository }}:{{ $root.Values.image.tag | default $root.Chart.AppVersion }}"
imagePullPolicy: {{ $root.Values.image.pullPolicy }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: {drop: [ALL]}
envFrom:
  - secretRef: {name: {{ $root.Values.secretName | quote }}}
env:
  {{- range $name, $value := $root.Values.settings }}
  {{- if $value }}
  - {name: {{ $name }}, value: {{ $value | quote }}}
  {{- end }}
  {{- end }}
  - {name: KESHER_SOURCES_FILE, value: /config/sources.yaml}
  - {name: KESHER_OIDC_JWKS_FILE, value: /config/jwks.json}
  {{- if $root.Values.config.identityFile }}
  - {name: KESHER_IDENTITY_FILE, value: /config/identity.yaml}
  {{- end }}
  {{- if $root.Values.journeysConfigMap }}
  - {name: KESHER_JOURNEYS_DIR, value: /journeys}
  {{- end }}
volumeMounts:
  - {name: tmp, mountPath: /tmp}
  - {name: config, mountPath: /config, readOnly: true}
  {{- if $root.Values.journeysConfigMap }}
  - {name: journeys, mountPath: /journeys, readOnly: true}
  {{- end }}
{{- end }}
