{{/* One probe. Takes root and path. */}}
{{- define "larder.probe" -}}
httpGet:
  path: {{ .path }}
  port: {{ include "larder.port" .root }}
  scheme: {{ .root.Values.httpGet.scheme }}
  {{- with .root.Values.authHeader }}
  httpHeaders:
    - name: Authorization
      value: Basic {{ . }}
  {{- end }}
{{- end -}}

{{/* The command line: extraArgs alone if they begin with a command, as Zot's chart has it. */}}
{{- define "larder.args" -}}
{{- $commands := list "serve" "verify" "import" "verify-store" "scrub" "rebuild" "schema" "verify-feature" -}}
{{- $extra := .Values.extraArgs | default list -}}
{{- if and $extra (has (first $extra) $commands) -}}
{{- $extra | toYaml -}}
{{- else -}}
{{- $file := "/etc/larder/config.json" -}}
{{- if .Values.mountConfig -}}{{- $file = printf "/etc/zot/%s" (include "larder.configFile" .) -}}{{- end -}}
{{- concat (list "serve" $file) $extra | toYaml -}}
{{- end -}}
{{- end -}}

{{/* The admin's affinity, and with it the node of the pod that is replaced. */}}
{{- define "larder.affinity" -}}
{{- $affinity := dict -}}
{{- with .Values.affinity -}}{{- $affinity = tpl (toYaml .) $ | fromYaml -}}{{- end -}}
{{- if include "larder.staysOnNode" . -}}
{{- $own := dict "topologyKey" "kubernetes.io/hostname" "labelSelector" (dict "matchLabels" (include "larder.selectorLabels" . | fromYaml)) -}}
{{- $pods := get $affinity "podAffinity" | default dict -}}
{{- $required := get $pods "requiredDuringSchedulingIgnoredDuringExecution" | default list -}}
{{- $_ := set $pods "requiredDuringSchedulingIgnoredDuringExecution" (append $required $own) -}}
{{- $_ := set $affinity "podAffinity" $pods -}}
{{- end -}}
{{- if $affinity -}}{{- toYaml $affinity -}}{{- end -}}
{{- end -}}

{{/* The admin's constraints. One without a labelSelector would count no pods; it counts those of this release. */}}
{{- define "larder.topologySpread" -}}
{{- $constraints := list -}}
{{- range tpl (toYaml .Values.topologySpreadConstraints) . | fromYamlArray -}}
{{- $own := dict "labelSelector" (dict "matchLabels" (include "larder.selectorLabels" $ | fromYaml)) -}}
{{- $constraints = append $constraints (hasKey . "labelSelector" | ternary . (merge $own .)) -}}
{{- end -}}
{{- toYaml $constraints -}}
{{- end -}}

{{- define "larder.podTemplate" -}}
{{- include "larder.checkConfig" . -}}
{{- $volume := include "larder.volume" . -}}
metadata:
  annotations:
    {{- if and .Values.mountConfig .Values.configFiles }}
    checksum/restart-keys: {{ include "larder.restartChecksum" . }}
    {{- end }}
    {{- if .Values.forceRoll }}
    rollme: {{ randAlphaNum 5 | quote }}
    {{- end }}
    {{- with .Values.podAnnotations }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  labels:
    {{- include "larder.selectorLabels" . | nindent 4 }}
    {{- with .Values.giantswarm.observability.tenant }}
    observability.giantswarm.io/tenant: {{ . }}
    {{- end }}
    {{- with .Values.podLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
spec:
  {{- with .Values.imagePullSecrets }}
  imagePullSecrets:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  serviceAccountName: {{ include "larder.serviceAccountName" . }}
  automountServiceAccountToken: {{ gt (len .Values.rbac.rules) 0 }}
  {{- with .Values.podSecurityContext }}
  securityContext:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  terminationGracePeriodSeconds: {{ .Values.terminationGracePeriodSeconds }}
  {{- with .Values.priorityClassName }}
  priorityClassName: {{ . }}
  {{- end }}
  {{- with .Values.initContainers }}
  initContainers:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  containers:
    - name: {{ .Chart.Name }}
      {{- with .Values.securityContext }}
      securityContext:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      image: {{ include "larder.image" (dict "root" . "image" .Values.giantswarm.images.larder) | quote }}
      imagePullPolicy: {{ .Values.image.pullPolicy }}
      args:
        {{- include "larder.args" . | nindent 8 }}
      {{- with .Values.env }}
      env:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      ports:
        - name: registry
          containerPort: {{ include "larder.port" . }}
          protocol: TCP
      volumeMounts:
        - name: {{ $volume }}
          mountPath: /var/lib/registry
        {{- if .Values.mountConfig }}
        - name: {{ .Release.Name }}-config
          mountPath: /etc/zot
          readOnly: true
        {{- end }}
        {{- if .Values.mountSecret }}
        - name: {{ .Release.Name }}-secret
          mountPath: /secret
          readOnly: true
        {{- end }}
        {{- range .Values.externalSecrets }}
        - name: {{ .secretName | quote }}
          mountPath: {{ .mountPath | quote }}
          readOnly: true
        {{- end }}
        {{- with .Values.extraVolumeMounts }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      startupProbe:
        {{- include "larder.probe" (dict "root" . "path" "/startupz") | nindent 8 }}
        initialDelaySeconds: {{ .Values.startupProbe.initialDelaySeconds }}
        periodSeconds: {{ .Values.startupProbe.periodSeconds }}
        failureThreshold: {{ .Values.startupProbe.failureThreshold }}
      livenessProbe:
        {{- include "larder.probe" (dict "root" . "path" "/livez") | nindent 8 }}
        timeoutSeconds: 5
      readinessProbe:
        {{- include "larder.probe" (dict "root" . "path" "/readyz") | nindent 8 }}
        periodSeconds: 5
        timeoutSeconds: 5
      {{- if and .Values.preStopSeconds (semverCompare ">=1.30.0-0" .Capabilities.KubeVersion.Version) }}
      lifecycle:
        preStop:
          sleep:
            seconds: {{ .Values.preStopSeconds }}
      {{- end }}
      {{- with .Values.resources }}
      resources:
        {{- toYaml . | nindent 8 }}
      {{- end }}
    {{- with .Values.extraContainers }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  volumes:
    {{- if not .Values.persistence }}
    - name: {{ $volume }}
      emptyDir: {}
    {{- else if or (not .Values.pvc.create) (eq (include "larder.workload" .) "Deployment") }}
    - name: {{ $volume }}
      persistentVolumeClaim:
        claimName: {{ include "larder.claim" . }}
    {{- end }}
    {{- if .Values.mountConfig }}
    - name: {{ .Release.Name }}-config
      configMap:
        name: {{ .Release.Name }}-config
    {{- end }}
    {{- if .Values.mountSecret }}
    - name: {{ .Release.Name }}-secret
      secret:
        secretName: {{ .Release.Name }}-secret
    {{- end }}
    {{- range .Values.externalSecrets }}
    - name: {{ .secretName | quote }}
      secret:
        secretName: {{ .secretName | quote }}
    {{- end }}
    {{- with .Values.extraVolumes }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  {{- with .Values.nodeSelector }}
  nodeSelector:
    {{- tpl (toYaml .) $ | nindent 4 }}
  {{- end }}
  {{- with include "larder.affinity" . }}
  affinity:
    {{- . | nindent 4 }}
  {{- end }}
  {{- with .Values.tolerations }}
  tolerations:
    {{- tpl (toYaml .) $ | nindent 4 }}
  {{- end }}
  {{- if .Values.topologySpreadConstraints }}
  topologySpreadConstraints:
    {{- include "larder.topologySpread" . | nindent 4 }}
  {{- end }}
  {{- with .Values.dnsConfig }}
  dnsConfig:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  dnsPolicy: {{ .Values.dnsPolicy }}
  {{- with .Values.hostAliases }}
  hostAliases:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end -}}
