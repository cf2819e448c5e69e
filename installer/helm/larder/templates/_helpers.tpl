{{- define "larder.namespace" -}}
{{- .Values.namespace | default .Release.Namespace -}}
{{- end -}}

{{/* The whole name for a release with the name "part". */}}
{{- define "larder.nameFor" -}}
{{- $release := .root.Release.Name -}}
{{- if .root.Values.fullnameOverride -}}
{{- .root.Values.fullnameOverride | trunc 63 | trimSuffix "-" -}}
{{- else if contains .part $release -}}
{{- $release | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" $release .part | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{/*
"zot" in a release that was one of Zot's chart, so that its service, labels and claim keep their names. Its service
tells, and goes on telling, since it keeps its label.
*/}}
{{- define "larder.name" -}}
{{- if .Values.nameOverride -}}
{{- .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- $service := lookup "v1" "Service" (include "larder.namespace" .) (include "larder.nameFor" (dict "root" . "part" "zot")) -}}
{{- $labels := dig "metadata" "labels" dict (default dict $service) -}}
{{- $name := get $labels "app.kubernetes.io/name" -}}
{{- if and (eq $name "zot") (eq (get $labels "app.kubernetes.io/instance") .Release.Name) -}}
zot
{{- else -}}
{{- .Chart.Name -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "larder.fullname" -}}
{{- include "larder.nameFor" (dict "root" . "part" (include "larder.name" .)) -}}
{{- end -}}

{{/* A service's name has 63 characters at most. */}}
{{- define "larder.headless" -}}
{{- include "larder.fullname" . | trunc 54 | trimSuffix "-" -}}-headless
{{- end -}}

{{- define "larder.selectorLabels" -}}
app.kubernetes.io/name: {{ include "larder.name" . | quote }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{- end -}}

{{- define "larder.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{ include "larder.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | replace "+" "_" | trunc 63 | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}

{{/* Name, namespace, labels and annotations. Takes root, and perhaps name, namespace, labels, annotations. */}}
{{- define "larder.metadata" -}}
name: {{ .name | default (include "larder.fullname" .root) }}
namespace: {{ .namespace | default (include "larder.namespace" .root) | quote }}
labels:
  {{- include "larder.labels" .root | nindent 2 }}
  {{- with .labels }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- with .annotations }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{- define "larder.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- .Values.serviceAccount.name | default (include "larder.fullname" .) -}}
{{- else -}}
{{- .Values.serviceAccount.name | default "default" -}}
{{- end -}}
{{- end -}}

{{/* Takes root and image: an entry of giantswarm.images. "+" may not be in a tag. */}}
{{- define "larder.image" -}}
{{- with .root.Values.giantswarm.images.registry }}{{ . }}/{{ end -}}
{{ .image.image }}:{{ .image.tag | default .root.Chart.AppVersion | replace "+" "-" }}
{{- end -}}

{{- define "larder.port" -}}
{{- .Values.httpGet.port | int -}}
{{- end -}}

{{/* A whole number of MiB for a quantity of memory; 0 if it is none. */}}
{{- define "larder.mebibytes" -}}
{{- $text := toString . -}}
{{- $units := dict "Ki" 0.0009765625 "Mi" 1.0 "Gi" 1024.0 "Ti" 1048576.0 "k" 0.00095367 "M" 0.95367432 "G" 953.67432 "T" 953674.32 "" 0.00000095367432 -}}
{{- $unit := regexFind "[A-Za-z]*$" $text -}}
{{- if hasKey $units $unit -}}
{{- mulf (trimSuffix $unit $text | float64) (get $units $unit) | int -}}
{{- else -}}0{{- end -}}
{{- end -}}

{{/* ---- storage ---- */}}

{{- define "larder.accessModes" -}}
{{- if .Values.pvc.accessMode -}}
{{- list .Values.pvc.accessMode | toJson -}}
{{- else -}}
{{- .Values.pvc.accessModes | default (list "ReadWriteOnce") | toJson -}}
{{- end -}}
{{- end -}}

{{/* The volume's name in the pod, and the first part of the claim's. */}}
{{- define "larder.volume" -}}
{{- if .Values.persistence -}}
{{- .Values.pvc.name | default (printf "%s-pvc" .Release.Name) -}}
{{- else -}}
data
{{- end -}}
{{- end -}}

{{/* Named as a StatefulSet names the claim of its first pod, so that either kind of workload uses the same one. */}}
{{- define "larder.claim" -}}
{{- if .Values.pvc.create -}}
{{- printf "%s-%s-0" (include "larder.volume" .) (include "larder.fullname" .) -}}
{{- else -}}
{{- include "larder.volume" . -}}
{{- end -}}
{{- end -}}

{{- define "larder.workload" -}}
{{- if ne .Values.workload "auto" -}}
{{- .Values.workload -}}
{{- else -}}
{{- $modes := include "larder.accessModes" . | fromJsonArray -}}
{{- $own := and .Values.persistence .Values.pvc.create (not (has "ReadWriteMany" $modes)) -}}
{{- if and $own (gt (int .Values.replicaCount) 1) -}}StatefulSet{{- else -}}Deployment{{- end -}}
{{- end -}}
{{- end -}}

{{/* Whether a new pod has to be on the node of the one that it replaces: "true" or "". */}}
{{- define "larder.staysOnNode" -}}
{{- $modes := include "larder.accessModes" . | fromJsonArray -}}
{{- $rolls := eq (.Values.strategy.type | default "RollingUpdate") "RollingUpdate" -}}
{{- if and .Values.persistence $rolls (eq (include "larder.workload" .) "Deployment") (eq (join "," $modes) "ReadWriteOnce") -}}
true
{{- end -}}
{{- end -}}
