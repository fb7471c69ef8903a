{#- The channels of the contract that sell advertising, in the order of their columns, with blanks between. -#}
{% macro ad_platforms() -%}
google_ads meta linkedin tiktok twitter pinterest reddit snapchat
{%- endmacro %}
